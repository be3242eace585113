import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { PathRisk } from './shell-risk.ts';
import { assess } from './risk.ts';

export interface PathRiskOptions {
  /** The project's folder, links resolved. */
  readonly root: string;
  /** Follows links as far as the path exists; the result is absolute. Undefined when that fails. */
  readonly followLinks: (path: string) => string | undefined;
}

/** Names under which secrets are kept. */
const sensitive = [
  /^\.env(\..*)?$/i,
  /^\.(aws|azure|ssh|gnupg|kube|docker|config|password-store)$/i,
  /^\.(netrc|npmrc|pypirc|pgpass|my\.cnf|htpasswd|git-credentials|dockercfg|bash_history|zsh_history|viminfo)$/i,
  /^id_(rsa|dsa|ecdsa|ed25519)(\.pub)?$/i,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg|age|tfstate|tfvars)$/i,
  /(^|[._-])(secrets?|credentials?|passwords?|tokens?)([._-]|$)/i,
];
/** Examples are made to be read. */
const examples = /\.(example|sample|template|dist)$/i;

export function isSensitive(path: string): boolean {
  const names = path.split(/[/\\]/);
  const last = names.at(-1) ?? '';
  return (
    names.some((name) => sensitive.some((pattern) => pattern.test(name))) &&
    !(examples.test(last) && !names.slice(0, -1).some((name) => sensitive.some((pattern) => pattern.test(name))))
  );
}

/** R1 for files of the project, R2 for what is sensitive or lies elsewhere once links are followed. */
export function createPathRisk({ root, followLinks }: PathRiskOptions): PathRisk {
  return (path) => {
    // What the shell makes of these is decided by what lies there when it runs.
    if (/[*?[\]]/.test(path) || path.startsWith('~'))
      return assess('R2', path.startsWith('~') ? 'outside-project' : 'sensitive');
    const real = followLinks(resolve(root, path));
    if (real === undefined) return assess('R2', 'outside-project');
    const inside = relative(root, real);
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return assess('R2', 'outside-project');
    if (isSensitive(inside) || isSensitive(path)) return assess('R2', 'sensitive');
    return assess('R1');
  };
}
