import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError, errorCodeOf, toAppError, writeFileAtomic, type Clock, type Log } from '#core';
import { placeOf } from '../launch/binds.ts';
import { readText } from '../state/read-text.ts';
import { watchFolder } from '../state/watch-folder.ts';
import { withLock } from '../state/with-lock.ts';
import { editYaml, parseYaml } from '../state/yaml.ts';
import type { Grant, Grants } from '../types.ts';

const schema = z.strictObject({
  grants: z
    .array(
      z.strictObject({
        server: z.string().min(1).max(256),
        path: z.string().startsWith('/'),
        mode: z.enum(['ro', 'rw']).default('ro'),
      }),
    )
    .max(10_000)
    .nullish(),
});

export interface GrantsOptions {
  /** `mcp/grants.yaml` of the home. */
  readonly path: string;
  readonly userHome: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface GrantWish {
  /** A name, or `*` for every server. */
  readonly server: string;
  /** `~` is the user's home; relative ones count from `from`. */
  readonly path: string;
  readonly from: string;
  readonly mode: 'ro' | 'rw';
  /** The person said so in words: places with credentials or parts of the system. */
  readonly evenThoughSensitive: boolean;
}

/** What the user lets servers touch of this machine. */
export interface GrantStore extends Grants, Disposable {
  /** Links are followed now: what a link leads to later is not given. @throws AppError `mcp.denied`, `request.invalid` */
  add(wish: GrantWish): Promise<Grant>;
  /** All grants of a server, or the one for a path. @throws AppError `request.not_found` */
  remove(server: string, place?: { readonly path: string; readonly from: string }): Promise<readonly Grant[]>;
  /** Calls the listener after the file changed. */
  watch(listener: () => void): () => void;
}

/** A file that cannot be understood gives nobody anything, and is not written over. */
export async function openGrants({ path, userHome, clock, log }: GrantsOptions): Promise<GrantStore> {
  const listeners = new Set<() => void>();
  const read = async (): Promise<readonly Grant[]> =>
    parseYaml((await readText(path)) ?? '', { schema, path }).grants ?? [];
  let grants: readonly Grant[] = [];
  const load = async (): Promise<void> => {
    grants = await read().catch((error: unknown) => {
      log.error('the grants cannot be understood: nobody has any until they can', { path, error: toAppError(error) });
      return [];
    });
    for (const listener of listeners) listener();
  };
  await load();
  const stop = watchFolder(dirname(path), () => void load(), {
    clock,
    log,
    matters: (name) => name === basename(path),
  });

  const change = <Result>(edit: (before: readonly Grant[]) => { after: readonly Grant[]; result: Result }) =>
    withLock(
      `${path}.lock`,
      async () => {
        const text = await readText(path);
        const { after, result } = edit(await read());
        await writeFileAtomic(path, editYaml(text, { grants: after }), { mode: 0o600 });
        grants = after;
        return result;
      },
      { clock },
    );
  const absolute = (given: string, from: string): string => {
    const expanded = given === '~' || given.startsWith('~/') ? join(userHome, given.slice(1)) : given;
    return isAbsolute(expanded) ? resolve(expanded) : resolve(from, expanded);
  };

  return {
    current: () => grants,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async add({ server, path: given, from, mode, evenThoughSensitive }) {
      if (!/^(?:\*|[A-Za-z0-9][\w./@-]{0,255})$/.test(server)) throw badServer(server);
      const real = await followed(absolute(given, from));
      check(real, { userHome, evenThoughSensitive, server });
      const grant: Grant = { server, path: real, mode };
      return await change((before) => ({
        after: [...before.filter((one) => one.server !== server || one.path !== real), grant],
        result: grant,
      }));
    },
    async remove(server, place) {
      const asked = place && absolute(place.path, place.from);
      // What is granted may be gone from the disk; then it is named as it was written.
      const paths = asked === undefined ? undefined : [asked, await followed(asked).catch(() => asked)];
      return await change((before) => {
        const isMeant = (one: Grant): boolean => one.server === server && (paths?.includes(one.path) ?? true);
        const result = before.filter(isMeant);
        if (result.length === 0) throw noGrant(server, asked);
        return { after: before.filter((one) => !isMeant(one)), result };
      });
    },
    [Symbol.dispose]: stop,
  };
}

async function followed(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    const detail =
      errorCodeOf(cause) === 'ENOENT' ? 'there is nothing there' : `it cannot be looked at (${errorCodeOf(cause)})`;
    throw new AppError('request.invalid', `${path} cannot be given: ${detail}.`, {
      params: { reason: 'grant_path', path, detail },
      cause,
    });
  }
}

function check(
  path: string,
  { userHome, evenThoughSensitive, server }: { userHome: string; evenThoughSensitive: boolean; server: string },
): void {
  const place = placeOf(path, { userHome });
  if (place === 'forbidden' || path.includes(':')) {
    throw new AppError('mcp.denied', `${path} cannot be given to any server.`, {
      hint: 'It is the machine itself. Give a folder in it.',
      params: { reason: 'grant_forbidden', path },
    });
  }
  if (place === 'sensitive' && !evenThoughSensitive) {
    throw new AppError('mcp.denied', `${path} has credentials or parts of the system in it.`, {
      hint: `If ${server} should have it all the same, add --even-though-sensitive.`,
      params: { reason: 'grant_sensitive', path, server },
    });
  }
}

function badServer(server: string): AppError {
  return new AppError('request.invalid', `${JSON.stringify(server.slice(0, 80))} cannot be the name of a server.`, {
    params: { reason: 'server_name', server: server.slice(0, 80) },
  });
}

function noGrant(server: string, path: string | undefined): AppError {
  const what = path === undefined ? `${server} has no grants` : `${server} has no grant for ${path}`;
  return new AppError('request.not_found', `${what}.`, {
    hint: 'See which there are: gantry mcp grant ls',
    params: { reason: path === undefined ? 'no_grants' : 'no_grant', server, path: path ?? '' },
  });
}
