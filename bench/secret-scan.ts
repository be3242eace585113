import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createSecretScanner } from '#core';
import { sampleSecrets } from '../src/core/secret-scan/samples.ts';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const rounds = 30;
const seeds = [11, 12, 13, 14];

/** What servers answer: source code, a lock file, a file in base64, all inside JSON as the gateway sees them. */
function answers(): Readonly<Record<string, string>> {
  const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');
  const source = read('node_modules/zod/v4/core/schemas.js').repeat(10);
  const asText = (text: string): string => JSON.stringify({ content: [{ type: 'text', text }] });
  return {
    'source code': asText(source),
    'lock file': asText(read('package-lock.json').repeat(5)),
    base64: JSON.stringify({ contents: [{ uri: 'file:///x', blob: Buffer.from(source).toString('base64') }] }),
  };
}

/** The least that anything which looks at each character costs here. */
function lookAtEach(text: string): number {
  const bytes = Buffer.from(text, 'latin1');
  let lines = 0;
  for (let index = 0; index < bytes.length; index += 1) if (bytes[index] === 10) lines += 1;
  return lines;
}

/** Scanning an answer for secrets, against a loop that does nothing but look at each character; and what is found of made-up secrets. */
export async function benchSecretScan(): Promise<BenchRow[]> {
  const scanner = createSecretScanner();
  const samples = seeds.flatMap(sampleSecrets);
  const found = samples.filter(
    ({ text }) => scanner.find(JSON.stringify({ content: [{ type: 'text', text }] })).length > 0,
  );
  return Object.entries(answers()).map(([name, text]) => {
    const times = { scan: [] as number[], look: [] as number[] };
    let hits = 0;
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now();
      hits = scanner.find(text).length;
      const between = performance.now();
      lookAtEach(text);
      times.scan.push(between - began);
      times.look.push(performance.now() - between);
    }
    const ours = percentiles(times.scan);
    const reference = percentiles(times.look);
    const speed = text.length / 1e3 / ours.p50;
    return {
      name: `secret scan of ${name}, ${(text.length / 1e6).toFixed(1)} MB`,
      ours: formatPercentiles(ours, 'ms'),
      reference: formatPercentiles(reference, 'ms'),
      ratio: ours.p50 / reference.p50,
      target: '≤ 15',
      met: ours.p50 / reference.p50 <= 15,
      note: `${speed.toFixed(0)} MB/s; ${hits} false positives; ${found.length} of ${samples.length} made-up secrets of all forms found`,
    };
  });
}
