import { WebSocket } from 'undici';
import { z } from 'zod';

const answerShape = z.object({
  id: z.number(),
  result: z.object({ result: z.object({ value: z.unknown() }).optional() }).optional(),
  error: z.object({ message: z.string() }).optional(),
});
const memoryShape = z.object({ heapBytes: z.number(), resources: z.array(z.string()) });

/** A Node process that was started with `--inspect=127.0.0.1:0`, seen from inside. */
export interface Inspected {
  /** What it holds once garbage is collected: bytes of its heap with its buffers, and what keeps its event loop alive, by kind. */
  memory(): Promise<{ readonly heapBytes: number; readonly resources: Readonly<Record<string, number>> }>;
  close(): void;
}

/** Connects to the inspector that the process announced on its standard error. */
export async function inspect(output: string): Promise<Inspected> {
  const address = /ws:\/\/\S+/.exec(output)?.[0];
  if (address === undefined) throw new Error('The process has no inspector.');
  const socket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('The inspector cannot be reached.')));
  });
  const waiting = new Map<number, (value: unknown) => void>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const answer = answerShape.safeParse(JSON.parse(String(data)));
    if (!answer.success) return;
    waiting.get(answer.data.id)?.(answer.data.result?.result?.value);
    waiting.delete(answer.data.id);
  });
  const call = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  const expression = `(() => {
    const { heapUsed, external } = process.memoryUsage();
    return { heapBytes: heapUsed + external, resources: process.getActiveResourcesInfo() };
  })()`;
  return {
    async memory() {
      // What finalizers let go of in the first round is collected in the second.
      await call('HeapProfiler.collectGarbage');
      await call('HeapProfiler.collectGarbage');
      const value = await call('Runtime.evaluate', { expression, returnByValue: true });
      const { heapBytes, resources } = memoryShape.parse(value);
      const counted: Record<string, number> = {};
      for (const name of resources) counted[name] = (counted[name] ?? 0) + 1;
      return { heapBytes, resources: counted };
    },
    close: () => socket.close(),
  };
}
