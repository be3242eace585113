import { text as readAll } from 'node:stream/consumers';
import { Readable } from 'node:stream';
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
  const { collectEvidence, diagnose, findTarget, readEvidence, thisHost } = await import('#diagnosis');
  const raw =
    name === '-'
      ? { target: '-', output: await readOutput(context) }
      : await (async () => {
          const docker = await context.docker();
          const target = await findTarget(docker, name, { signal: context.signal });
          return await collectEvidence({ docker, host: thisHost, now: () => context.clock.now() }, target, {
            signal: context.signal,
          });
        })();
  const diagnosis = diagnose(readEvidence(raw));
  if (options.json) context.printJson(await diagnosisJson(diagnosis, context));
  else context.print(await diagnosisText(diagnosis, { context, all: options.all === true }));
  return diagnosis.verdict === 'cause_unknown' ? exitCodes.notFound : exitCodes.ok;
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
