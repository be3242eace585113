// A process that starts one fake runner and says its pid, so that a test can kill this parent the hard way.
import { silentLog, systemClock } from '#core';
import { createLlamaCppBackend, type Guard } from '#inference';

const [path = '', socket = '', guard = ''] = process.argv.slice(2);
const backend = createLlamaCppBackend({
  env: process.env,
  clock: systemClock,
  log: silentLog,
  ...(guard === 'watcher' && { guard: { kind: 'watcher' } satisfies Guard }),
});
const runner = await backend.start(
  {
    runtime: { name: 'llama-server', version: '1 (fake)', path, origin: 'path', selected: true },
    bundle: {
      id: `sha256:${'0'.repeat(64)}`,
      modelPath: '/models/model.gguf',
      config: { format: 'gguf' },
      header: { version: 3, architecture: 'llama', hasChatTemplate: true, metadata: {} },
      weightBytes: 1000,
    },
    alias: 'ai/test:latest',
    socket,
    config: { mode: 'completion', contextSize: 512, parallel: 1, threads: 1, batchThreads: 1, runtimeFlags: [] },
  },
  { signal: AbortSignal.timeout(15_000) },
);
process.stdout.write(`${runner.pid}\n`);
await runner.exited;
