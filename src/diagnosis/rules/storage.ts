import { formatSize } from '#core';
import { commands, recreate } from '../fixes/recreate.ts';
import type { Evidence } from '../types.ts';
import { anywhere, exitCodeOf, field, nameOf, search, textRule, type Rule } from './rule.ts';

type MountFact = NonNullable<Evidence['container']>['Mounts'][number];

/** The mount that a path lies in; the deepest wins. */
function mountOf({ container }: Evidence, path: string): MountFact | undefined {
  return (container?.Mounts ?? [])
    .filter(({ Destination }) => path === Destination || path.startsWith(Destination === '/' ? '/' : `${Destination}/`))
    .toSorted((a, b) => b.Destination.length - a.Destination.length)[0];
}

const absentSource: readonly Rule[] = [
  textRule('C38', /bind source path does not exist: (\S+)/, {
    confidence: 0.98,
    params: (match) => ({ path: match[1] ?? '' }),
    fixes: (evidence, match) => [...commands('reversible', ['mkdir', '-p', match[1] ?? '']), ...recreate(evidence, {})],
    verify: (_evidence, match) => [['ls', '-ld', match[1] ?? '']],
  }),
  textRule('C38', /Mounts denied:? ?(.*)|path (\S+) is not shared from the host/, {
    confidence: 0.96,
    variant: 'shared',
    params: (match) => ({ path: match[2] ?? match[1] ?? '' }),
  }),
];

const mixedUp: readonly Rule[] = [
  textRule(
    'C39',
    /Are you trying to mount a directory onto a file \(or vice-versa\)|mount(?:ing)? .*"?(\/\S+?)"?.*: not a directory/,
    {
      places: ['error', 'output'],
      confidence: 0.98,
      params: (match) => ({ path: /mounting "?([^"\s]+)"?/.exec(match.input)?.[1] ?? match[1] ?? '' }),
      fixes: (evidence, match) => {
        const source = /mounting "?([^"\s]+)"?/.exec(match.input)?.[1];
        return source ? commands('read', ['ls', '-ld', source]) : recreate(evidence, {});
      },
    },
  ),
  {
    id: 'C39',
    find(evidence) {
      const hit = search(evidence, /EISDIR|Is a directory|is a directory/, ['log']);
      if (!hit) return undefined;
      const mounts = evidence.container?.Mounts ?? [];
      const mixed = mounts.find(
        ({ Destination, Source }) =>
          hit.lines.some(({ text }) => text.includes(Destination)) ||
          (/\.[a-z]{2,5}$/.test(Destination) && evidence.host?.mountOwners?.[Source]?.kind === 'folder'),
      );
      if (!mixed) return undefined;
      return {
        confidence: 0.94,
        variant: 'made',
        params: { path: mixed.Source, target: mixed.Destination },
        evidence: [...hit.lines, field('Mounts', `${mixed.Source} → ${mixed.Destination}`)],
        fixes: commands('read', ['ls', '-ld', mixed.Source]),
      };
    },
  },
];

const missingModule =
  /Cannot find module '([^']+)'|ERR_MODULE_NOT_FOUND|No module named '?([\w.]+)'?|can't open file '?([^':]+)|Could not find or load main class|Unable to access jarfile (\S+)|ENOENT.*package\.json|can't open '?(\/[^':]+)/;

/** A mount lies over what the image had there. */
const hidden: Rule = {
  id: 'C40',
  find(evidence) {
    const { container } = evidence;
    const hit = search(evidence, missingModule, ['log']);
    if (!container || !hit || exitCodeOf(evidence) === 0) return undefined;
    const folder = container.Config.WorkingDir || '/';
    const named = hit.match.slice(1).find((one) => one?.startsWith('/'));
    const places = [...(folder === '/' ? [] : [folder, `${folder}/node_modules`]), ...(named ? [named] : [])];
    const over = places.map((path) => mountOf(evidence, path)).find((mount) => mount !== undefined);
    if (!over) return undefined;
    return {
      confidence: 0.94,
      params: {
        target: over.Destination,
        source: over.Type === 'volume' ? over.Name : over.Source,
        name: named ?? hit.match[1] ?? hit.match[2] ?? '',
      },
      evidence: [
        ...hit.lines,
        field('Mounts', `${over.Source} → ${over.Destination}`),
        field('Config.WorkingDir', folder),
      ],
      fixes: recreate(evidence, {
        volumes: hit.match[0].includes('odule') && !named ? [`${folder}/node_modules`] : [],
        ...(named ? { remount: { [over.Destination]: undefined } } : {}),
      }),
    };
  },
};

const deniedText = /EACCES|[Pp]ermission denied|AccessDeniedException|Operation not permitted/;

const denied: Rule = {
  id: 'C41',
  find(evidence) {
    const { container } = evidence;
    const lines = evidence.log.filter(
      ({ text }) => deniedText.test(text) && !/chown|chmod|docker\.sock|listen|bind\(/.test(text),
    );
    const hits = lines.flatMap((line) => {
      const path = /(\/[\w@%+.,/-]+)/.exec(line.text)?.[1];
      const paths = [...line.text.matchAll(/(\/[\w@%+.,-]+(?:\/[\w@%+.,-]+)*)/g)].map(([one]) => one);
      const mount = paths.map((one) => mountOf(evidence, one)).find((one) => one !== undefined);
      return mount && path ? [{ line, mount }] : [];
    });
    const last = hits.at(-1);
    if (!container || !last) return undefined;
    const owner = evidence.host?.mountOwners?.[last.mount.Source];
    const user = container.Config.User.split(':')[0] ?? '';
    return {
      confidence: 0.95,
      params: { target: last.mount.Destination, user: user || 'root', owner: owner?.uid ?? '?' },
      evidence: [
        ...hits.slice(-2).map(({ line }) => line),
        field('Mounts', `${last.mount.Source} → ${last.mount.Destination}`),
        field('Config.User', container.Config.User || 'root'),
        ...(owner ? [{ source: 'host' as const, text: `${last.mount.Source} belongs to uid ${owner.uid}` }] : []),
      ],
      fixes: /^\d+$/.test(user)
        ? commands('host', ['sudo', 'chown', '-R', user, last.mount.Source], ['docker', 'restart', container.Name])
        : owner
          ? recreate(evidence, { user: String(owner.uid) })
          : [],
      verify: [{ argv: ['ls', '-ldn', last.mount.Source] }],
    };
  },
};

const chown = textRule(
  'C42',
  /chown: (?:changing ownership of '?([^':]+)'?|([^:]+)): Operation not permitted|chown.*EPERM/,
  {
    places: ['log'],
    confidence: 0.96,
    params: (match) => ({ path: match[1] ?? match[2] ?? '' }),
    support: ({ container }) =>
      container && container.HostConfig.CapDrop.length > 0
        ? [field('HostConfig.CapDrop', container.HostConfig.CapDrop)]
        : [],
    fixes: (evidence) =>
      (evidence.container?.HostConfig.CapDrop ?? []).length > 0
        ? recreate(evidence, { capAdd: ['CHOWN'] })
        : recreate(evidence, { user: '1000:1000' }),
  },
);

const readOnly: readonly Rule[] = [
  {
    id: 'C43',
    find(evidence) {
      const hit = search(evidence, /Read-only file system|EROFS/, ['log']);
      const { container } = evidence;
      if (!hit || !container) return undefined;
      const path = [...hit.match.input.matchAll(/(\/[\w@%+.,-]+(?:\/[\w@%+.,-]+)*)/g)].map(([one]) => one).at(-1) ?? '';
      const mount = mountOf(evidence, path);
      if (mount && !mount.RW) return undefined;
      if (!container.HostConfig.ReadonlyRootfs) return undefined;
      const folder = path.slice(0, path.lastIndexOf('/')) || '/tmp';
      return {
        confidence: 0.97,
        params: { path: path || '?' },
        evidence: [...hit.lines, field('HostConfig.ReadonlyRootfs', true)],
        fixes: recreate(evidence, { tmpfs: [folder] }),
      };
    },
  },
  {
    id: 'C41',
    find(evidence) {
      const hit = search(evidence, /Read-only file system|EROFS/, ['log']);
      const mount = (evidence.container?.Mounts ?? []).find(
        ({ RW, Destination }) => !RW && hit?.lines.some(({ text }) => text.includes(Destination)),
      );
      if (!hit || !mount) return undefined;
      return {
        confidence: 0.97,
        variant: 'readonly',
        params: { target: mount.Destination },
        evidence: [...hit.lines, field('Mounts', `${mount.Destination} RW=false`)],
        fixes: recreate(evidence, {
          remount: {
            [mount.Destination]: `${mount.Type === 'volume' ? mount.Name : mount.Source}:${mount.Destination}:rw`,
          },
        }),
      };
    },
  },
];

const diskFull: Rule = {
  id: 'C52',
  find(evidence) {
    const hit = search(
      evidence,
      /[Nn]o space left on device|ENOSPC|failed to register layer|[Dd]isk (?:is )?full|not enough free disk/,
      anywhere,
    );
    if (!hit || hit.lines.some(({ text }) => /\/dev\/shm|watchers|inotify|shared memory/.test(text))) return undefined;
    const { container, host } = evidence;
    const paths = [...hit.match.input.matchAll(/(\/[\w@%+.,-]+(?:\/[\w@%+.,-]+)*)/g)].map(([one]) => one);
    const tmpfs = Object.keys(container?.HostConfig.Tmpfs ?? {}).find((target) =>
      paths.some((path) => path.startsWith(target)),
    );
    const free = host?.freeDiskBytes;
    const variant = tmpfs ? 'tmpfs' : host?.freeInodes !== undefined && host.freeInodes < 1000 ? 'inodes' : undefined;
    return {
      confidence: tmpfs || (free !== undefined && free < 1e9) ? 0.97 : 0.9,
      variant,
      params: { free: free === undefined ? '?' : formatSize(free), target: tmpfs ?? '' },
      evidence: [
        ...hit.lines,
        ...(tmpfs ? [field('HostConfig.Tmpfs', container?.HostConfig.Tmpfs)] : []),
        ...(free === undefined || tmpfs
          ? []
          : [{ source: 'host' as const, text: `${formatSize(free)} free where Docker keeps its data` }]),
      ],
      fixes: tmpfs
        ? []
        : [
            ...commands('read', ['docker', 'system', 'df']),
            ...commands('destructive', ['docker', 'builder', 'prune'], ['docker', 'image', 'prune']),
          ],
      verify: [{ argv: ['docker', 'system', 'df'] }],
    };
  },
};

const logDriver: Rule = {
  id: 'C53',
  find(evidence) {
    const { container } = evidence;
    const unread = evidence.unread.find(
      ({ part, reason }) => part === 'log' && /does not support reading/.test(reason),
    );
    const hit = search(evidence, /configured logging driver does not support reading/, ['output']);
    if (!unread && !hit) return undefined;
    const driver = container?.HostConfig.LogConfig?.Type ?? '?';
    return {
      confidence: 0.9,
      params: { driver },
      evidence: [
        ...(hit?.lines ?? []),
        ...(unread ? [{ source: 'engine' as const, text: unread.reason }] : []),
        ...(container ? [field('HostConfig.LogConfig.Type', driver)] : []),
      ],
      fixes: recreate(evidence, { logDriver: 'local', logging: { 'max-size': '10m', 'max-file': '3' } }),
      verify: [{ argv: ['docker', 'logs', '--tail', '20', nameOf(evidence)] }],
    };
  },
};

const secretFile: Rule = {
  id: 'C65',
  find(evidence) {
    const hit = search(
      evidence,
      /(\/run\/secrets\/[\w.-]+)['"]?:? ?(?:No such file|no such file)|(?:No such file|ENOENT|no such file).*?(\/run\/secrets\/[\w.-]+)/,
      anywhere,
    );
    const path = hit?.match[1] ?? hit?.match[2];
    if (hit && path !== undefined) {
      return {
        confidence: 0.97,
        params: { path },
        evidence: [...hit.lines],
        fixes: recreate(evidence, { volumes: [`./${path.split('/').at(-1)}:${path}:ro`] }),
      };
    }
    const pointing = (evidence.container?.Config.Env ?? []).find((pair) => /^\w+_FILE=\//.test(pair));
    const file = pointing?.slice(pointing.indexOf('=') + 1) ?? '';
    const said = evidence.log.find(
      ({ text }) =>
        file !== '' && text.includes(file) && /No such file|ENOENT|not exist|not found|Is a directory/i.test(text),
    );
    if (!said) return undefined;
    return {
      confidence: 0.95,
      params: { path: file },
      evidence: [said, field('Config.Env', pointing)],
      fixes: recreate(evidence, { volumes: [`./${file.split('/').at(-1)}:${file}:ro`] }),
    };
  },
};

export const storageRules: readonly Rule[] = [
  ...absentSource,
  ...mixedUp,
  hidden,
  denied,
  chown,
  ...readOnly,
  diskFull,
  logDriver,
  secretFile,
];
