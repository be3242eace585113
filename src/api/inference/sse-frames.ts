const largestHeldBytes = 256 * 1024;
const nothing = Buffer.alloc(0);

/** Lets whole events through as they come and holds back a started one, so that an error event never lands inside another. */
export interface SseFrames {
  push(chunk: Buffer): Buffer;
  /** What is left when the stream ended as it should. */
  rest(): Buffer;
}

export function createSseFrames(): SseFrames {
  let held: Buffer = nothing;
  return {
    push(chunk) {
      const data = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const end = endOfLastEvent(data);
      // An event this large is let through in parts rather than kept in memory.
      if (data.length - end > largestHeldBytes) {
        held = nothing;
        return data;
      }
      // The caller's buffer is used again.
      held = end === data.length ? nothing : Buffer.from(data.subarray(end));
      return end === data.length ? data : data.subarray(0, end);
    },
    rest() {
      const left = held;
      held = nothing;
      return left;
    },
  };
}

function endOfLastEvent(data: Buffer): number {
  const lineFeeds = data.lastIndexOf('\n\n');
  const withReturns = data.lastIndexOf('\r\n\r\n');
  return Math.max(lineFeeds === -1 ? 0 : lineFeeds + 2, withReturns === -1 ? 0 : withReturns + 4);
}
