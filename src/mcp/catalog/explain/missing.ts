import type { BindRules } from '../../launch/binds.ts';
import type { CompiledPolicy } from '../../policy/evaluate.ts';
import { dockerRule, parseImageName, ruleFor, type ImageRule } from '../../signatures/rules.ts';
import type { CatalogServer, JsonObject } from '../../types.ts';
import type { Explained } from './explain-server.ts';

/** What there is on this machine for servers that may not be enabled yet. */
export interface MachineFacts {
  readonly hasSecret: (name: string) => boolean;
  /** What is configured for a server, where it is enabled. */
  readonly configOf: (server: string) => JsonObject;
  readonly binds: Omit<BindRules, 'server'>;
  /** Undefined while its file cannot be understood: then nothing is allowed. */
  readonly policy: CompiledPolicy | undefined;
  /** Whose signatures images need, in order. */
  readonly rules: readonly ImageRule[];
  /** Names of the images on the Engine, with tags and with digests; undefined when no Engine answers. */
  readonly images: ReadonlySet<string> | undefined;
  /** Whether an image of this name is made on this machine. */
  readonly makes: (image: string) => boolean;
}

/** What keeps a server from running here and now. */
export interface Missing {
  readonly secrets: readonly string[];
  readonly config: readonly string[];
  readonly oauth: readonly string[];
  readonly grants: readonly string[];
  /** Why the policy lets nobody use any tool of it. */
  readonly policy: string | undefined;
  /** Images that must be signed and whose names do not say what they have to be. */
  readonly unsigned: readonly string[];
}

/** An image that is not on the Engine keeps nothing from running: it comes with the first use. */
export interface AbsentImage {
  readonly image: string;
  readonly comes: 'made' | 'pulled';
}

export function missingOf(server: CatalogServer, explained: Explained, facts: MachineFacts): Missing {
  const { hasSecret, configOf } = facts;
  const isSignedIn = (provider: string): boolean => hasSecret(`oauth/${provider}`) || hasSecret(`oauth/${server.name}`);
  const tokenOf = (secret: string): boolean =>
    (server.oauth?.providers ?? []).some((one) => one.secret === secret && isSignedIn(one.provider));
  const config = configOf(server.name);
  return {
    secrets: explained.secrets.filter((name) => !hasSecret(name) && !tokenOf(name)),
    config: explained.config.filter((key) => config[key] === undefined),
    oauth: explained.oauth.filter((provider) => !isSignedIn(provider)),
    // A path that is still to be configured cannot have been granted.
    grants: explained.grants,
    policy: refusalOf(server, facts),
    unsigned: imagesOf(explained).filter((image) => !facts.makes(image) && isUnpinned(image, facts.rules)),
  };
}

export function isComplete({ secrets, config, oauth, grants, policy, unsigned }: Missing): boolean {
  return policy === undefined && [secrets, config, oauth, grants, unsigned].every((names) => names.length === 0);
}

export function absentImages(explained: Explained, { images, makes }: MachineFacts): readonly AbsentImage[] {
  if (images === undefined) return [];
  return imagesOf(explained).flatMap((image) => {
    const isHere = images.has(image) || images.has(`${image}:latest`) || images.has(withoutTag(image));
    return isHere ? [] : [{ image, comes: makes(image) ? 'made' : 'pulled' } as const];
  });
}

function imagesOf({ plan }: Explained): readonly string[] {
  return [...new Set(plan.flatMap((run) => (run.kind === 'container' ? [run.image] : [])))];
}

/** `name:tag@sha256:…` is on the Engine as `name@sha256:…`. */
function withoutTag(image: string): string {
  return image.replace(/:[^/:@]*(?=@)/, '');
}

function isUnpinned(image: string, rules: readonly ImageRule[]): boolean {
  try {
    const reference = parseImageName(image);
    const rule = ruleFor([...rules, dockerRule], reference);
    return rule !== undefined && 'publicKey' in rule && reference.digest === undefined;
  } catch {
    // A name that cannot be is told elsewhere.
    return false;
  }
}

function refusalOf({ name: server, tools }: CatalogServer, { policy }: MachineFacts): string | undefined {
  if (policy === undefined) return 'its file cannot be understood';
  const names = tools.length === 0 ? [''] : tools.map(({ name }) => name);
  const verdicts = names.map((name) => policy.evaluate({ kind: 'tool', server, name, client: '', arguments: {} }));
  return verdicts.every(({ effect }) => effect === 'deny') ? verdicts[0]?.reason : undefined;
}
