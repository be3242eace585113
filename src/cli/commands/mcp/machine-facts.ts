import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '#core';
import type { CompiledPolicy, JsonObject, MachineFacts } from '#mcp';
import type { CliContext } from '../../context.ts';
import { profilesHere, secretsHere } from './state-here.ts';

/** An Engine that does not answer by then is none: the listing has all else to say. */
const engineWaitMs = 1500;

/** What is on this machine for servers, read from files and asked of the Engine; nothing is started. */
export async function machineFacts(
  context: CliContext,
  { profile = 'default' }: { profile?: string | undefined } = {},
): Promise<MachineFacts> {
  const { paths, clock } = context;
  const { openGrants } = await import('#mcp');
  const [hasSecret, kept, policy, images, { images: local, imageRules }] = await Promise.all([
    secretsHere(context),
    profilesHere(context).then((profiles) => profiles.find(profile)),
    policyHere(context),
    imagesHere(context),
    context.toolkit(),
  ]);
  const { userHome } = paths;
  using grants = await openGrants({ path: join(paths.home, 'mcp', 'grants.yaml'), userHome, clock, log: silentLog });
  const configs = new Map((kept?.servers ?? []).map(({ name, config }) => [name, config]));
  const none: JsonObject = {};
  return {
    hasSecret,
    configOf: (server) => configs.get(server) ?? none,
    binds: { grants: grants.current(), userHome, temporaryFolders: [tmpdir(), '/tmp', '/var/tmp'], realPath },
    policy,
    rules: imageRules(),
    images,
    makes: (image) => local.makes(image),
  };
}

/** Undefined, with a warning, for a file that cannot be understood. */
async function policyHere(context: CliContext): Promise<CompiledPolicy | undefined> {
  const { compilePolicy, readPolicy } = await import('#mcp');
  try {
    return compilePolicy(await readPolicy(join(context.paths.home, 'mcp', 'policy.yaml')));
  } catch (error) {
    context.report(error);
    return undefined;
  }
}

async function imagesHere(context: CliContext): Promise<ReadonlySet<string> | undefined> {
  const { listImages } = await import('#docker');
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(engineWaitMs)]);
  try {
    const list = await listImages(await context.docker(), { signal });
    return new Set(list.flatMap(({ tags, digests }) => [...tags, ...digests]));
  } catch {
    context.signal.throwIfAborted();
    return undefined;
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
