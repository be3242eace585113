import { createHash } from 'node:crypto';
import type { StarterServer } from './entries.ts';
import type { PythonLock, StarterLock } from './lock.ts';

/** On every image of ours, so that they are found and told from others. */
export const imageLabel = 'gantry.mcp.image';
/** What the image was made from: one with another is built again. */
const inputsLabel = 'gantry.mcp.inputs';

/** The public base, when it can be had. */
export const publicBase = 'node:24-bookworm-slim';
export const publicBaseNode = '24.0.0';
export const publicPython = 'python:3.13-slim-bookworm';
export const publicPythonVersion = '3.13';
/** Where both bases have it. */
export const pythonProgram = '/usr/local/bin/python3';

export type AnyLock = StarterLock | PythonLock;

export function isPython(lock: AnyLock): lock is PythonLock {
  return 'wheels' in lock;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface Recipe {
  readonly dockerfile: string;
  readonly labels: Readonly<Record<string, string>>;
}

const nobody: Owner = { uid: 1000, gid: 1000 };

/** Who the server runs as in its container. `user` is whom the files of this machine's user belong to. */
export function ownerOf({ runsAs }: StarterServer, user: Owner): Owner {
  return runsAs === 'user' ? user : nobody;
}

/** The label's value: the same whenever the image would get the same content, whatever it is built upon. */
export function inputsOf(lock: AnyLock, { folders }: StarterServer, owner: Owner): string {
  const parts = isPython(lock) ? lock.wheels : lock.packages;
  const inputs = JSON.stringify([dockerfileFor('base', { lock, owner }), folders, parts]);
  return createHash('sha256').update(inputs).digest('hex').slice(0, 16);
}

export function isMadeFrom(labels: Readonly<Record<string, string>>, inputs: string): boolean {
  return labels[inputsLabel] === inputs;
}

export interface RecipeOptions {
  readonly name: string;
  readonly server: StarterServer;
  readonly lock: AnyLock;
  readonly owner: Owner;
  readonly base: string;
}

export function recipeFor({ name, server, lock, owner, base }: RecipeOptions): Recipe {
  return {
    dockerfile: dockerfileFor(base, { lock, owner }),
    labels: {
      [imageLabel]: name,
      [inputsLabel]: inputsOf(lock, server, owner),
      'gantry.mcp.base': base,
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': lock.version,
      'org.opencontainers.image.source': isPython(lock)
        ? `https://pypi.org/project/${lock.package}/`
        : `https://www.npmjs.com/package/${lock.package}`,
    },
  };
}

/** Everything in one copy into a folder that is there: what a copy makes itself would bear the time of the build. */
function dockerfileFor(base: string, { lock, owner }: { lock: AnyLock; owner: Owner }): string {
  if (isPython(lock)) return pythonDockerfile(base, { lock, owner });
  return [
    `FROM ${base}`,
    'ENV NODE_ENV=production HOME=/tmp',
    'COPY rootfs/ /',
    'WORKDIR /app',
    `USER ${owner.uid}:${owner.gid}`,
    `ENTRYPOINT ${JSON.stringify(['/usr/local/bin/node', `/app/${lock.program}`])}`,
    '',
  ].join('\n');
}

/** Modules are compiled once here, which runs none of them: a container that lives for one call could not keep what it compiled. */
function pythonDockerfile(base: string, { lock, owner }: { lock: PythonLock; owner: Owner }): string {
  const compile = [pythonProgram, '-I', '-m', 'compileall', '-q', '--invalidation-mode', 'unchecked-hash', '/app'];
  return [
    `FROM ${base}`,
    'ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp',
    'COPY rootfs/ /',
    'USER 0:0',
    `RUN ${JSON.stringify(compile)}`,
    'WORKDIR /app',
    `USER ${owner.uid}:${owner.gid}`,
    `ENTRYPOINT ${JSON.stringify([pythonProgram, '-m', lock.module])}`,
    '',
  ].join('\n');
}

/** Whether a version of Node is among those that a package names: `>=18`, `^20.19.0 || >=22`; all others count as met. */
export function runsOn(node: string, range: string): boolean {
  const version = numbers(node.replace(/^v/, ''));
  return range.split('||').some((part) => {
    const conditions = [...part.matchAll(/(?:>=|>|<=|<|\^|~|=)?\s*v?\d[\w.]*/g)].map(([found]) =>
      found.replaceAll(/\s/g, ''),
    );
    return conditions.every((condition) => meets(version, condition));
  });
}

function meets(version: readonly number[], condition: string): boolean {
  const [, operator = '', wanted = ''] = /^(>=|>|<=|<|\^|~|=)?v?(\d+(?:\.\d+)*)/.exec(condition) ?? [];
  if (wanted === '') return true;
  const bound = numbers(wanted);
  const order = compare(version, bound);
  switch (operator) {
    case '>=':
      return order >= 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    case '<':
      return order < 0;
    case '^':
      return order >= 0 && version[0] === bound[0];
    case '~':
      return order >= 0 && version[0] === bound[0] && (bound.length < 2 || version[1] === bound[1]);
    default:
      return bound.every((part, at) => version[at] === part);
  }
}

function numbers(text: string): readonly number[] {
  return text.split('.').map((part) => Number.parseInt(part, 10) || 0);
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < 3; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
