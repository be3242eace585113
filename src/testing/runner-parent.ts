// A process that starts one runner and says its pid, so that a test can kill this parent the hard way.
import { silentLog, systemClock } from '#core';
import { createLlamaCppBackend, type Guard, type RunnerPlan } from '#inference';

const [planText = '', guard = ''] = process.argv.slice(2);
const plan = JSON.parse(planText) as RunnerPlan;
const backend = createLlamaCppBackend({
  env: process.env,
  clock: systemClock,
  log: silentLog,
  ...(guard === 'watcher' && { guard: { kind: 'watcher' } satisfies Guard }),
});
const runner = await backend.start(plan, { signal: AbortSignal.timeout(60_000) });
process.stdout.write(`${runner.pid}\n`);
await runner.exited;
