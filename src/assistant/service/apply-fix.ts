import { randomBytes } from 'node:crypto';
import { text as readAll } from 'node:stream/consumers';
import { z } from 'zod';
import { AppError, type Clock, type Env } from '#core';
import {
  applyFix,
  collectEvidence,
  diagnose,
  explain,
  findTarget,
  obstacleOf,
  readEvidence,
  shellLine,
  shellLines,
  thisHost,
  type Fix,
  type RunCommand,
} from '#diagnosis';
import type { Docker } from '#docker';
import { withoutControls } from '../loop/fence.ts';
import type { Language } from '../intents/recognise.ts';
import { assess, defineTool, type Assessment, type GroupedTool, type ToolOutput } from '../tools/define-tool.ts';
import { objectName } from '../tools/docker/ask-engine.ts';
import { engineEnv } from '../tools/docker/docker-program.ts';
import { planComposeFix, type ComposeFix } from './compose-fix.ts';
import { programEnv } from '../tools/shell/program-env.ts';
import type { ChangeRecorder } from '../tools/files/changes.ts';
import type { RunProcess } from '../tools/shell/run-process.ts';

export interface ApplyFixDeps {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly env: Env;
  readonly workingDirectory: string;
  readonly runProcess: RunProcess;
  readonly language: () => Language;
  /** Where changes of files are kept, so that they can be taken back. */
  readonly changes: ChangeRecorder;
}

const risks: Readonly<Record<Fix['risk'], Assessment>> = {
  read: assess('R1'),
  // The container is made again; what it wrote into itself goes with it.
  reversible: assess('R4', 'deletes', 'writes'),
  host: assess('R5', 'privileged'),
  destructive: assess('R5', 'deletes'),
};

/** Does what a diagnosis says would help: its commands, with secrets in the environment and never in an argument. */
export function applyFixTool(deps: ApplyFixDeps): GroupedTool {
  const { docker, clock, language } = deps;
  const host = { docker, host: thisHost, now: () => clock.now() };
  return defineTool({
    name: 'apply_fix',
    group: 'analysis',
    description:
      'Does what diagnose_container says would help: the commands of the likeliest cause, exactly as they are shown there.',
    args: z.object({ container: objectName }),
    timeoutMs: 10 * 60_000,
    async plan({ container }, { signal }) {
      const target = await findTarget(docker, container, { signal });
      const diagnosis = diagnose(readEvidence(await collectEvidence(host, target, { signal })));
      const [cause] = diagnosis.causes;
      const fix = cause?.fixes[0];
      const obstacle = fix && obstacleOf(fix);
      if (!cause || !fix || fix.commands.length === 0 || (obstacle !== undefined && obstacle !== 'compose')) {
        throw new AppError(
          'request.invalid',
          `There is no fix for ${container} that can be applied from here${obstacle === undefined ? '' : `: ${obstacle}`}.`,
          {
            params: { reason: 'no_fix', container },
          },
        );
      }
      const project =
        obstacle === 'compose'
          ? await planComposeFix(fix, { docker, container: target, workingDirectory: deps.workingDirectory, signal })
          : undefined;
      const { title } = explain(cause, language());
      return {
        assessment: risks[fix.risk],
        targets: [container, ...(project?.paths ?? [])],
        // What is done comes from the rules; only whom it is done to was said.
        words: [container],
        title: language() === 'zh' ? `修复 ${container}：${title}` : `Fix ${container}: ${title}`,
        preview: project?.preview ?? shellLines(fix, container).join('\n'),
        run: (options) => carryOut(fix, { deps, container, project, ...options }),
      };
    },
  });
}

interface CarryOut {
  readonly deps: ApplyFixDeps;
  readonly container: string;
  /** What is written before the commands run. */
  readonly project: ComposeFix | undefined;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

async function carryOut(fix: Fix, { deps, container, project, signal, onOutput }: CarryOut): Promise<ToolOutput> {
  const { docker, env, workingDirectory, runProcess } = deps;
  const had = fix.secrets.some(({ from }) => from === 'container') ? await envOf(docker, container, signal) : {};
  const base = { ...programEnv(env, workingDirectory), ...(await engineEnv(docker, signal)) };
  const run: RunCommand = async ([program = '', ...args], options) => {
    const { code, output } = await runProcess(program, {
      args,
      cwd: workingDirectory,
      env: { ...base, ...options.env },
      signal: options.signal ?? AbortSignal.timeout(undoMs),
      onOutput: (text) => onOutput(withoutControls(text)),
      maxOutput: 20_000,
    });
    return { code: code ?? null, stdout: output, stderr: '' };
  };
  await project?.write(deps.changes);
  const { ran, state } = await applyFix(fix, run, {
    target: container,
    stamp: randomBytes(4).toString('hex'),
    newSecret: () => `${randomBytes(18).toString('base64url')}9a`,
    valueOf: (name) => had[name],
    signal,
  });
  const told = ran.map(
    ({ argv, code, output }) => `$ ${shellLine({ argv })}\n${withoutControls(output)}\n(code ${code})`,
  );
  const ending = { done: 'It is done.', failed: 'It failed.', restored: 'It failed; the old container is back.' }[
    state
  ];
  const kept =
    project && state !== 'done' ? `\nChanged files stay so until they are undone: ${project.paths.join(', ')}` : '';
  return { text: `${ending}${kept}\n${told.join('\n')}`, untrusted: true, isError: state !== 'done' };
}

const undoMs = 60_000;

const inspected = z.object({ Config: z.object({ Env: z.array(z.string()).nullish() }) });

async function envOf(docker: Docker, container: string, signal: AbortSignal): Promise<Env> {
  const { stream } = await docker.request({
    method: 'GET',
    path: `/containers/${encodeURIComponent(container)}/json`,
    signal,
  });
  const { Config } = inspected.parse(JSON.parse(await readAll(stream)));
  return Object.fromEntries((Config.Env ?? []).map((pair) => splitPair(pair)));
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}
