import { z } from 'zod';

/** A package of an image, with where it lies and what its archive must be. */
export interface LockedPackage {
  /** `node_modules/a/node_modules/b` */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}

/** Everything that an image of the starter catalogue is made of, as `scripts/lock-starter.js` pinned it. */
export interface StarterLock {
  readonly package: string;
  readonly version: string;
  readonly license: string;
  /** The server's program, below the application's folder. */
  readonly program: string;
  /** Versions of Node that it runs on. */
  readonly node: string;
  readonly packages: readonly LockedPackage[];
}

/** A file of a Python package: a wheel that some Pythons of some machines can use. */
export interface LockedWheel {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly integrity: string;
}

/** The same for a server of PyPI. */
export interface PythonLock {
  readonly package: string;
  readonly version: string;
  readonly license: string;
  /** The module that is run. */
  readonly module: string;
  /** The oldest Python that it runs on: `3.11`. */
  readonly python: string;
  /** Of each package all files that any of the Pythons needs. */
  readonly wheels: readonly LockedWheel[];
}

const name = /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/i;
const inside = z
  .string()
  .refine((path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'));

const lock = z.object({
  package: z.string().regex(name),
  version: z.string(),
  license: z.string(),
  program: inside,
  node: z.string(),
  packages: z.array(
    z.object({
      path: inside.refine((path) => path.startsWith('node_modules/')),
      name: z.string().regex(name),
      version: z.string(),
      integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/),
    }),
  ),
});

const pythonLock = z.object({
  package: z.string().regex(name),
  version: z.string(),
  license: z.string(),
  module: z.string().regex(/^[a-z_]\w*$/i),
  python: z.string().regex(/^3\.\d+$/),
  wheels: z.array(
    z.object({
      name: z.string().regex(name),
      version: z.string(),
      file: z.string().regex(/^[\w.!+-]+\.whl$/),
      integrity: z.string().regex(/^sha256-[A-Za-z0-9+/]{43}=$/),
    }),
  ),
});

export function parsePythonLock(raw: unknown): PythonLock {
  return pythonLock.parse(raw);
}

export function parseLock(raw: unknown): StarterLock {
  return lock.parse(raw);
}

/** Each is loaded when its image is built or its version is asked for. */
export const starterLocks: Readonly<Record<string, () => Promise<StarterLock>>> = {
  brave: async () => parseLock((await import('./locks/brave.json', { with: { type: 'json' } })).default),
  context7: async () => parseLock((await import('./locks/context7.json', { with: { type: 'json' } })).default),
  everything: async () => parseLock((await import('./locks/everything.json', { with: { type: 'json' } })).default),
  filesystem: async () => parseLock((await import('./locks/filesystem.json', { with: { type: 'json' } })).default),
  memory: async () => parseLock((await import('./locks/memory.json', { with: { type: 'json' } })).default),
  notion: async () => parseLock((await import('./locks/notion.json', { with: { type: 'json' } })).default),
  perplexity: async () => parseLock((await import('./locks/perplexity.json', { with: { type: 'json' } })).default),
  sequentialthinking: async () =>
    parseLock((await import('./locks/sequentialthinking.json', { with: { type: 'json' } })).default),
  tavily: async () => parseLock((await import('./locks/tavily.json', { with: { type: 'json' } })).default),
};

/** Of servers that come from PyPI. */
export const pythonLocks: Readonly<Record<string, () => Promise<PythonLock>>> = {
  fetch: async () => parsePythonLock((await import('./locks/fetch.json', { with: { type: 'json' } })).default),
  time: async () => parsePythonLock((await import('./locks/time.json', { with: { type: 'json' } })).default),
};
