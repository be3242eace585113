import { createDocker } from '#docker';
import { gantryPaths, silentLog } from '#core';
import { collectEvidence, diagnose, readEvidence, thisHost, type Diagnosis, type RawEvidence } from '#diagnosis';
import { runCommand } from '../harness.ts';

export const label = 'gantry-test-why';

export function ourDocker(): ReturnType<typeof createDocker> {
  const { userHome, dockerConfig, dockerSocket } = gantryPaths(process.env);
  return createDocker({ env: process.env, userHome, dockerConfig, ownSocket: dockerSocket, log: silentLog });
}

export interface World {
  readonly image: string;
  /** Of this run; part of the name of everything it makes. */
  readonly run: string;
  readonly docker: ReturnType<typeof createDocker>;
}

export interface Case {
  /** The failure that has to be ranked first. */
  readonly id: string;
  readonly name: string;
  /** Makes it fail; the text is what the command printed. */
  readonly provoke: (world: World, container: string) => Promise<string>;
  /** Whether the failure happens before there is a container. */
  readonly without?: boolean;
  readonly text?: string;
}

export interface Provoked {
  readonly case: Case;
  readonly diagnosis: Diagnosis;
  readonly raw: RawEvidence;
}

/** `docker run` as a person types it; resolves with everything it printed once it ends. */
export async function run(
  { image, run: id }: World,
  container: string,
  {
    options = [],
    command = [],
    image: other,
  }: { options?: readonly string[]; command?: readonly string[]; image?: string },
): Promise<string> {
  const given = [
    'docker',
    'run',
    '--label',
    `${label}=${id}`,
    '--name',
    container,
    ...options,
    other ?? image,
    ...command,
  ];
  const { stdout, stderr } = await runCommand(given);
  return `${stdout}${stderr}`;
}

export const shell = (script: string): readonly string[] => ['sh', '-c', script];
export const node = (script: string): readonly string[] => ['node', '-e', script];

/** Asks until it holds: the Engine tells nobody when a check of health or a counter has come so far. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`It did not happen: ${what}.`);
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
}

export async function inspect(container: string, format: string): Promise<string> {
  return (await runCommand(['docker', 'inspect', '--format', format, container])).stdout.trim();
}

/** Provokes one failure and diagnoses it. */
export async function provoke({ world, container }: { world: World; container: string }, one: Case): Promise<Provoked> {
  const output = await one.provoke(world, container);
  const raw = one.without
    ? { target: '-', output: output.split('\n') }
    : await collectEvidence({ docker: world.docker, host: thisHost, now: () => Date.now() }, container);
  return { case: one, raw, diagnosis: diagnose(readEvidence(raw)) };
}

export async function removeAll(run: string): Promise<void> {
  const of = `label=${label}=${run}`;
  const { stdout } = await runCommand(['docker', 'ps', '-aq', '--filter', of]);
  const ids = stdout.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await runCommand(['docker', 'rm', '--force', '--volumes', ...ids]);
  for (const kind of ['network', 'volume']) {
    const list = await runCommand(['docker', kind, 'ls', '-q', '--filter', of]);
    const names = list.stdout.split('\n').filter((name) => name !== '');
    if (names.length > 0) await runCommand(['docker', kind, 'rm', ...names]);
  }
}
