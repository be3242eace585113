import type { Clock } from '#core';
import type { InsideClient } from '#mcp';

/** Clients that wait for the next call: a server that lives as long as its client's session keeps what it knows meanwhile. */
export interface IdleClients {
  take(profile: string): Promise<InsideClient>;
  /** `isUsable` says whether its session can go on. */
  giveBack(profile: string, client: InsideClient, how: { readonly isUsable: boolean }): void;
}

const idleMs = 300_000;
const mostIdle = 2;

export function createIdleClients(open: (profile: string) => Promise<InsideClient>, clock: Clock): IdleClients {
  const idle = new Map<string, { client: InsideClient; cancel: () => void }[]>();
  return {
    async take(profile) {
      const waiting = idle.get(profile)?.pop();
      waiting?.cancel();
      return waiting?.client ?? (await open(profile));
    },
    giveBack(profile, client, { isUsable }) {
      const waiting = idle.get(profile) ?? [];
      if (!isUsable || waiting.length >= mostIdle) {
        // Whoever tried has the answer; nobody waits for the end of a session.
        client.end().catch(() => undefined);
        return;
      }
      const cancel = clock.schedule(idleMs, () => {
        idle.set(
          profile,
          (idle.get(profile) ?? []).filter((one) => one.client !== client),
        );
        client.end().catch(() => undefined);
      });
      idle.set(profile, [...waiting, { client, cancel }]);
    },
  };
}
