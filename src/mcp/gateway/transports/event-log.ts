/** What was sent on streams that can be taken up again, as far back as the limits allow. */
export interface EventLog {
  /** Keeps an event and gives its id. */
  add(stream: number, data: string): string;
  /** What came after the event on its stream; undefined when that cannot be said any more. */
  after(eventId: string): { readonly stream: number; readonly events: readonly LoggedEvent[] } | undefined;
}

export interface LoggedEvent {
  readonly id: string;
  readonly data: string;
}

interface Kept extends LoggedEvent {
  readonly stream: number;
  readonly at: number;
}

export function createEventLog({
  maxEvents,
  maxChars,
}: {
  readonly maxEvents: number;
  readonly maxChars: number;
}): EventLog {
  let events: Kept[] = [];
  let chars = 0;
  let last = 0;
  let forgotten = 0;
  return {
    add(stream, data) {
      last += 1;
      const id = `${stream}-${last}`;
      events.push({ id, data, stream, at: last });
      chars += data.length;
      while (events.length > maxEvents || (chars > maxChars && events.length > 1)) {
        const [oldest, ...rest] = events;
        events = rest;
        chars -= oldest?.data.length ?? 0;
        forgotten = oldest?.at ?? forgotten;
      }
      return id;
    },
    after(eventId) {
      const found = /^(\d{1,12})-(\d{1,12})$/.exec(eventId);
      if (!found) return undefined;
      const stream = Number(found[1]);
      const at = Number(found[2]);
      if (at < forgotten || at > last) return undefined;
      return { stream, events: events.filter((event) => event.stream === stream && event.at > at) };
    },
  };
}
