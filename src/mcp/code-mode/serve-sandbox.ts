import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { JsonObject } from '../types.ts';
import { toSandbox, type FromSandbox, type RunRequest } from './protocol.ts';
import { runInSandbox } from './sandbox.ts';

export interface SandboxStreams {
  readonly input: Readable;
  readonly output: Writable;
  readonly monotonic: () => number;
}

/** The process around the sandbox: takes one script on its input, asks for tools on its output, and says how it ended. */
export async function serveSandbox({ input, output, monotonic }: SandboxStreams): Promise<void> {
  const waiting = new Map<number, { resolve(result: JsonObject): void; reject(error: Error): void }>();
  let nextId = 0;
  const write = (message: FromSandbox): void => void output.write(`${JSON.stringify(message)}\n`);
  const call = async (tool: string, args: JsonObject): Promise<JsonObject> => {
    nextId += 1;
    const id = nextId;
    write({ type: 'call', id, tool, arguments: args });
    return await new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  };
  const run = async (request: RunRequest): Promise<void> => {
    const { type, text, printed } = await runInSandbox(request, { call, monotonic });
    write(type === 'done' ? { type, value: text, printed } : { type, message: text, printed });
  };
  const lines = createInterface({ input });
  await new Promise<void>((resolve, reject) => {
    lines.on('close', resolve);
    lines.on('line', (line) => {
      const message = toSandbox.parse(JSON.parse(line));
      if (message.type === 'run') {
        run(message).then(() => lines.close(), reject);
        return;
      }
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.type === 'answer') asked?.resolve(message.result as JsonObject);
      else asked?.reject(new Error(message.message));
    });
  });
}
