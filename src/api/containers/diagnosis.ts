import type { ApplyFixRequest, DiagnosisBody, FixOutcomeBody } from '#contract';
import { AppError } from '#core';
import type { Cause, Diagnosis } from '#diagnosis';
import { isObject } from '../http/body.ts';
import type { DockerViews } from '../types.ts';

/** What is wrong with a container, from fresh evidence. @throws AppError `docker.*` */
export async function readDiagnosis(
  { docker }: DockerViews,
  name: string,
  { signal, now }: { readonly signal?: AbortSignal | undefined; readonly now: () => number },
): Promise<{ readonly diagnosis: Diagnosis; readonly inspect: unknown }> {
  const { collectEvidence, diagnose, readEvidence, thisHost } = await import('#diagnosis');
  const raw = await collectEvidence({ docker, host: thisHost, now }, name, { signal });
  return { diagnosis: diagnose(readEvidence(raw)), inspect: raw.inspect };
}

/** As the contract has it, in both languages. */
export async function diagnosisBodyOf(diagnosis: Diagnosis): Promise<DiagnosisBody> {
  const { explain, obstacleOf, shellLine, shellLines } = await import('#diagnosis');
  const lines = (all: Cause['evidence']): DiagnosisBody['telling'] =>
    all.map(({ source, text, line }) => ({ source, text, ...(line === undefined ? {} : { line }) }));
  const { target, state, exitCode, health, verdict, causes, telling, unread } = diagnosis;
  return {
    target,
    state: state ?? null,
    exitCode: exitCode ?? null,
    health,
    verdict,
    causes: causes.map((cause) => ({
      id: cause.id,
      confidence: cause.confidence,
      text: { en: explain(cause, 'en'), zh: explain(cause, 'zh') },
      evidence: lines(cause.evidence),
      fixes: cause.fixes.map((fix) => ({
        risk: fix.risk,
        commands: [...shellLines(fix, target)],
        compose: fix.compose ?? null,
        obstacle: obstacleOf(fix) ?? null,
      })),
      verify: cause.verify.map(shellLine),
    })),
    telling: lines(telling),
    unread: unread.map(({ part, reason }) => ({ part, reason })),
  };
}

export interface ApplyDeps {
  readonly views: DockerViews;
  readonly now: () => number;
  readonly log: { info(message: string, fields?: Record<string, unknown>): void };
}

/**
 * Carries out the fix that was shown, when it is still the fix. It goes on when the client leaves: half of it helps nobody.
 * @throws AppError `request.conflict` when the diagnosis has another by now
 */
export async function applyShownFix(
  { views, now, log }: ApplyDeps,
  name: string,
  asked: ApplyFixRequest,
): Promise<FixOutcomeBody> {
  const { applyFix, obstacleOf, shellLine, shellLines } = await import('#diagnosis');
  const { diagnosis, inspect } = await readDiagnosis(views, name, { now });
  const { target } = diagnosis;
  const fix = diagnosis.causes.find(({ id }) => id === asked.cause)?.fixes[asked.fix];
  const lines = fix ? shellLines(fix, target) : [];
  if (!fix || lines.length !== asked.commands.length || lines.some((line, index) => line !== asked.commands[index])) {
    throw new AppError(
      'request.conflict',
      'The container has changed, and the fix that was shown is no longer its fix.',
      {
        hint: 'Look at the diagnosis again; nothing was run.',
        params: { reason: 'fix_changed' },
      },
    );
  }
  const obstacle = obstacleOf(fix);
  if (obstacle !== undefined) {
    throw new AppError('request.invalid', 'This fix can only be carried out by hand.', {
      hint: 'Run its commands in a terminal.',
      params: { param: 'fix', reason: 'by_hand', detail: obstacle },
    });
  }
  log.info('applying a fix', { container: target, cause: asked.cause });
  const outcome = await applyFix(fix, views.run, {
    target,
    stamp: now().toString(36),
    newSecret: () => views.newSecret(),
    valueOf: valueIn(inspect),
  });
  return {
    state: outcome.state,
    ran: outcome.ran.map(({ argv, code, output }) => ({ command: shellLine({ argv }), code, output })),
  };
}

function valueIn(inspect: unknown): (name: string) => string | undefined {
  const config = isObject(inspect) ? inspect['Config'] : undefined;
  const env = isObject(config) && Array.isArray(config['Env']) ? (config['Env'] as readonly unknown[]) : [];
  return (name) => {
    const pair = env.find((one) => typeof one === 'string' && one.startsWith(`${name}=`));
    return typeof pair === 'string' ? pair.slice(name.length + 1) : undefined;
  };
}
