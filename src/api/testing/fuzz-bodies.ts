import fc from 'fast-check';

type Path = readonly (string | number)[];

/**
 * Bodies of requests as JSON texts: the examples with some of their places replaced, removed or added to, so that they get deeper
 * than noise would; and some noise.
 */
export function fuzzedBodies(examples: readonly object[]): fc.Arbitrary<string> {
  const json = fc.jsonValue({ maxDepth: 3 });
  const odd = fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    0,
    -1,
    1.5,
    1e308,
    true,
    [],
    {},
    'auto',
    '\ud800',
    'x'.repeat(3000),
    [[]],
    [null],
  );
  const value = fc.oneof({ weight: 2, arbitrary: odd }, { weight: 1, arbitrary: json });
  const change = fc.record({ at: fc.nat(), value: fc.option(value, { nil: undefined }) });
  const changed = fc
    .tuple(fc.constantFrom(...examples), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([example, changes]) => textOf(changes.reduce<unknown>((body, each) => applied(body, each), example)));
  const noise = fc.oneof(fc.json({ maxDepth: 4 }), fc.string(), fc.constant('{"model":'));
  return fc.oneof({ weight: 12, arbitrary: changed }, { weight: 1, arbitrary: noise });
}

/** Nothing at all is a body too. */
function textOf(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

function applied(body: unknown, { at, value }: { at: number; value: unknown }): unknown {
  const paths = pathsOf(body);
  const path = paths[at % paths.length];
  return path === undefined ? value : replaced(body, path, value);
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [path, ...keys.flatMap((key) => pathsOf((value as Record<string | number, unknown>)[key], [...path, key]))];
}

function replaced(whole: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(whole))
    return whole.map((item, index) => (index === key ? replaced(item, rest, value) : (item as unknown)));
  if (typeof whole !== 'object' || whole === null) return value;
  return { ...whole, [key]: replaced((whole as Record<string, unknown>)[key], rest, value) };
}

/** Gives each of `count` samples to `task`, eight at a time; the seed is said when it fails. */
export async function forSamples(
  samples: fc.Arbitrary<string>,
  { count, seed }: { count: number; seed: number },
  task: (sample: string) => Promise<void>,
): Promise<void> {
  const waiting = fc.sample(samples, { numRuns: count, seed }).values();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const sample of waiting) await task(sample);
    }),
  );
}
