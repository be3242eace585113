import { diagnose, readEvidence } from '../src/diagnosis/index.ts';
import { rawOf, readCorpus } from '../tests/diagnosis/corpus.ts';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const rounds = 20;
const logLines = 450;

/** What a diagnosis costs beside the Engine's own answers: all rules over a full log. */
export async function benchDiagnosis(): Promise<BenchRow[]> {
  const corpus = await readCorpus();
  const noise = Array.from(
    { length: logLines },
    (_none, index) =>
      `2026-01-01T10:00:00Z INFO request ${index} GET /api/items/${index} 200 12ms user=u${index} ip=10.0.0.${index % 250}`,
  );
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const one of corpus) {
      const raw = rawOf(one);
      const full = { ...raw, log: [...noise, ...(raw.log ?? [])] };
      const startedAt = performance.now();
      diagnose(readEvidence(full));
      samples.push(performance.now() - startedAt);
    }
  }
  const took = percentiles(samples);
  return [
    {
      name: 'diagnosis of one container, 450 log lines',
      ours: formatPercentiles(took, 'ms'),
      reference: '150 ms',
      ratio: took.p95 / 150,
      target: '≤ 150 ms',
      met: took.p99 <= 150,
    },
  ];
}
