import { posix } from 'node:path';
import type { Grant } from '../types.ts';

/** What decides about folders and files of this machine. */
export interface BindRules {
  readonly server: string;
  readonly grants: readonly Grant[];
  readonly userHome: string;
  /** Folders that anybody may read things of, without a grant. */
  readonly temporaryFolders: readonly string[];
  /** The path with all links followed; undefined when nothing is there. */
  realPath(path: string): string | undefined;
}

export type BindDecision =
  | { readonly kind: 'bind'; readonly bind: string; readonly onHost: boolean }
  | { readonly kind: 'refused'; readonly reason: BindRefusal; readonly path: string; readonly mode: 'ro' | 'rw' };

export type BindRefusal =
  | 'malformed'
  | 'missing'
  /** Nothing may ever be given. */
  | 'forbidden'
  /** A grant of exactly this, or something in it, would allow it. */
  | 'sensitive'
  | 'not_granted';

const namedVolume = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
/** Of what Docker takes after the target, what does not reach beyond the container. */
const harmlessOptions = new Set(['ro', 'rw', 'z', 'Z', 'cached', 'delegated', 'consistent', 'nocopy']);
const neverGiven = ['/', '/dev', '/proc', '/sys', '/boot'];
const givenByName = [
  '/etc',
  '/run',
  '/var/run',
  '/root',
  '/var/root',
  '/var/lib/docker',
  '/var/lib/containerd',
  '/system',
  '/library',
  '/private/etc',
  '/private/var/run',
];
const secretFolders = new Set(['.aws', '.azure', '.config', '.docker', '.gnupg', '.kube', '.ssh', '.gantry']);
const secretFiles =
  /^(\.netrc|\.npmrc|\.pypirc|\.git-credentials|id_(rsa|dsa|ecdsa|ed25519)(\..*)?|(docker|podman|containerd|crio)\.sock)$/i;

/** Decides about `source:target[:mode]` as a catalogue writes it (contract mcp-toolkit §3.7). */
export function decideBind(volume: string, rules: BindRules): BindDecision {
  const parts = volume.split(':');
  const [source = '', target = '', options = ''] = parts;
  const refused = (reason: BindRefusal, mode: 'ro' | 'rw' = 'ro'): BindDecision => ({
    kind: 'refused',
    reason,
    path: source === '' ? volume : source,
    mode,
  });
  if (/[\0\n\r]/.test(volume) || parts.length > 3) return refused('malformed');
  if (parts.length === 1) {
    return posix.isAbsolute(source) ? { kind: 'bind', bind: source, onHost: false } : refused('malformed');
  }
  const words = options === '' ? [] : options.split(',');
  if (!posix.isAbsolute(target) || !words.every((word) => harmlessOptions.has(word))) return refused('malformed');
  if (namedVolume.test(source)) return { kind: 'bind', bind: volume, onHost: false };
  const wanted = words.includes('rw') ? 'rw' : words.includes('ro') ? 'ro' : undefined;
  const path = absolute(source, rules.userHome);
  if (path === undefined) return refused('malformed');
  const real = rules.realPath(path);
  if (real === undefined || real.includes(':')) return refused('missing', wanted);
  const verdict = verdictOn(real, wanted, rules);
  if (verdict !== 'ro' && verdict !== 'rw') return refused(verdict, wanted);
  const others = words.filter((word) => word !== 'ro' && word !== 'rw' && word !== 'nocopy');
  return { kind: 'bind', bind: `${real}:${target}:${[verdict, ...others].join(',')}`, onHost: true };
}

function absolute(source: string, userHome: string): string | undefined {
  if (source === '~') return userHome;
  if (source.startsWith('~/')) return posix.normalize(posix.join(userHome, source.slice(2)));
  return posix.isAbsolute(source) ? posix.normalize(source) : undefined;
}

function verdictOn(path: string, wanted: 'ro' | 'rw' | undefined, rules: BindRules): 'ro' | 'rw' | BindRefusal {
  if (neverGiven.some((folder) => (folder === '/' ? path === '/' : isWithin(path, folder)))) return 'forbidden';
  const granted = rules.grants.filter(
    ({ server, path: given }) => (server === rules.server || server === '*') && isWithin(path, given),
  );
  const named = granted.filter((grant) => namesIt(grant.path, path));
  const covering = isSensitive(path) ? named : granted;
  const writable = covering.some(({ mode }) => mode === 'rw');
  if (covering.length > 0 && (wanted !== 'rw' || writable)) return wanted ?? (writable ? 'rw' : 'ro');
  if (isSensitive(path)) return 'sensitive';
  const temporary = rules.temporaryFolders.some((folder) => path !== folder && isWithin(path, folder));
  return temporary && wanted !== 'rw' ? 'ro' : 'not_granted';
}

/**
 * What kind of place a grant would give. A home that lies among the parts of the system, as root's does, is a home; the whole of a home,
 * or what all homes are in, has credentials in it.
 */
export function placeOf(
  path: string,
  { userHome }: { readonly userHome: string },
): 'forbidden' | 'sensitive' | 'ordinary' {
  if (neverGiven.some((folder) => (folder === '/' ? path === '/' : isWithin(path, folder)))) return 'forbidden';
  if (isWithin(userHome, path)) return 'sensitive';
  return isSensitive(isWithin(path, userHome) ? path.slice(userHome.length) : path) ? 'sensitive' : 'ordinary';
}

function isSensitive(path: string): boolean {
  const names = path.split('/');
  return (
    givenByName.some((folder) => isWithin(path.toLowerCase(), folder)) ||
    names.some((name) => secretFolders.has(name.toLowerCase())) ||
    secretFiles.test(names.at(-1) ?? '')
  );
}

/** Whether a grant means this sensitive place itself, and not only a folder that has it somewhere inside. */
function namesIt(granted: string, path: string): boolean {
  if (granted === path) return true;
  const inside = path.slice(granted.length).split('/');
  if (inside.some((name) => secretFolders.has(name.toLowerCase()))) return false;
  if (secretFiles.test(inside.at(-1) ?? '')) return false;
  return givenByName.every(
    (folder) => !isWithin(path.toLowerCase(), folder) || isWithin(granted.toLowerCase(), folder),
  );
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
