/**
 * How often a thread of a runner looks whether the others have arrived before it sleeps, about 10 µs. By default libgomp looks 300,000 times:
 * when other programs, a second runner among them, want the same cores, threads then spin away the time slices in which those they wait
 * for cannot run, and an answer comes ten times slower and more. Alone on its cores a runner loses nothing by it (docs/benchmarks.md).
 */
const spinCount = '400';

const deciders = ['GOMP_SPINCOUNT', 'OMP_WAIT_POLICY'];

/** The environment of a runner, with short spinning unless whoever started the daemon decided otherwise. */
export function withShortSpinning(env: Readonly<Record<string, string>>): Record<string, string> {
  if (deciders.some((name) => name in env)) return { ...env };
  return { ...env, GOMP_SPINCOUNT: spinCount };
}
