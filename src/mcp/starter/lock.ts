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
