import type { AppError } from '#core';
import { decideBind, type BindRules } from '../../launch/binds.ts';
import { expandItem } from '../../launch/expand.ts';
import { bindRefused } from '../../launch/problems.ts';
import type { JsonObject } from '../../types.ts';

export interface Mounts {
  /** As the catalogue writes them, with what is known filled in. */
  readonly mounts: readonly string[];
  /** Folders and files of this machine that nobody may have without a grant. */
  readonly grants: readonly string[];
  /** What no grant would change. */
  readonly broken: readonly AppError[];
}

type Rules = Omit<BindRules, 'server'>;

/** Judges paths by what they are called alone: what is on this machine and what was granted is not asked. */
const byName: Rules = { grants: [], userHome: '~', temporaryFolders: [], realPath: (path) => path };

export function explainMounts(
  server: string,
  { volumes, values, rules = byName }: { volumes: readonly string[]; values: JsonObject; rules?: Rules | undefined },
): Mounts {
  const scope = { values, variables: new Map(), unknown: 'keep' } as const;
  const items = volumes.flatMap((volume) => expandItem(volume, scope));
  const mounts = [...new Set(items.map((item) => (item.kind === 'text' ? item.text : '')))].filter(Boolean);
  const grants: string[] = [];
  const broken: AppError[] = [];
  for (const mount of mounts) {
    // A path that is still to be given is one of this machine.
    const isOpen = mount.startsWith('<');
    const decision = decideBind(mount.replaceAll(/(^|:)</g, '$1/<'), { ...(isOpen ? byName : rules), server });
    if (decision.kind === 'bind') continue;
    if (decision.reason === 'not_granted' || decision.reason === 'sensitive') {
      grants.push(isOpen ? decision.path.slice(1) : decision.path);
    } else broken.push(bindRefused(server, decision));
  }
  return { mounts, grants: [...new Set(grants)], broken };
}
