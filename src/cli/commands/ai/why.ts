import { text as readAll } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import type { Diagnosis } from '#diagnosis';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { usageError } from '../../usage-error.ts';
import { diagnosisJson, diagnosisText } from './diagnosis-text.ts';

export interface WhyOptions {
  readonly json?: boolean;
  readonly all?: boolean;
}

const mostInputBytes = 1024 * 1024;

/** Why a container failed. Ends with 0 when the cause is named or nothing is wrong, with 3 when the cause is not known. */
export async function why(context: CliContext, name: string | undefined, options: WhyOptions): Promise<number> {
  const diagnosis = await diagnosisOf(context, name);
  if (options.json) context.printJson(await diagnosisJson(diagnosis, context));
  else context.print(await diagnosisText(diagnosis, { context, all: options.all === true }));
  return diagnosis.verdict === 'cause_unknown' ? exitCodes.notFound : exitCodes.ok;
}

/** Of a container, of the one that failed last, or of what standard input says (`-`). */
export async function diagnosisOf(context: CliContext, name: string | undefined): Promise<Diagnosis> {
  const { collectEvidence, diagnose, findTarget, readEvidence, thisHost } = await import('#diagnosis');
  if (name === '-') return diagnose(readEvidence({ target: '-', output: await readOutput(context) }));
  const docker = await context.docker();
  const { signal } = context;
  const target = await findTarget(docker, name, { signal });
  const deps = { docker, host: thisHost, now: () => context.clock.now() };
  return diagnose(readEvidence(await collectEvidence(deps, target, { signal })));
}

/** What a failed command printed, from a pipe or a file. */
async function readOutput({ stdin, t }: CliContext): Promise<readonly string[]> {
  if (stdin.isTTY) throw usageError(t('why.needsPipe'));
  let bytes = 0;
  const limited = Readable.from(
    (async function* read() {
      for await (const chunk of stdin) {
        bytes += chunk.length;
        if (bytes > mostInputBytes) throw usageError(t('why.tooLong'));
        yield chunk;
      }
    })(),
  );
  return (await readAll(limited)).split('\n');
}
