import { formatIecSize } from '#core';
import { commands, recreate } from '../fixes/recreate.ts';
import type { Evidence, EventFact, EvidenceLine } from '../types.ts';
import {
  anywhere,
  argvOf,
  exitCodeOf,
  field,
  isUp,
  nameOf,
  search,
  stateField,
  textRule,
  verifyRunning,
  type Rule,
} from './rule.ts';

function limitOf({ container }: Evidence): number {
  return container?.HostConfig.Memory ?? 0;
}

function doubled(bytes: number): string {
  return `${Math.max(64, Math.ceil((bytes * 2) / 1024 / 1024))}m`;
}

const verifyMemory = (evidence: Evidence): readonly { argv: readonly string[] }[] => [
  { argv: ['docker', 'stats', '--no-stream', nameOf(evidence)] },
];

/** The kernel ended the main process because of the container's own limit. */
const outOfMemory: Rule = {
  id: 'C11',
  find(evidence) {
    const { container } = evidence;
    if (!container || exitCodeOf(evidence) === undefined) return undefined;
    const oom = evidence.events.some(({ action }) => action === 'oom');
    const killed = container.State.ExitCode === 137;
    if (!container.State.OOMKilled && !(oom && killed)) return undefined;
    const limit = limitOf(evidence);
    const lines: EvidenceLine[] = [
      stateField('OOMKilled', container.State.OOMKilled),
      stateField('ExitCode', container.State.ExitCode),
      ...(limit > 0 ? [field('HostConfig.Memory', formatIecSize(limit))] : []),
      ...(oom ? [{ source: 'event' as const, text: 'oom' }] : []),
    ];
    return {
      confidence: killed ? 0.97 : container.State.ExitCode === 0 ? 0.4 : 0.8,
      variant: limit > 0 ? undefined : 'host',
      params: { limit: formatIecSize(limit) },
      evidence: lines,
      fixes: limit > 0 ? recreate(evidence, { memory: doubled(limit) }) : [],
      verify: verifyMemory(evidence),
    };
  },
};

function killsOf(evidence: Evidence): { terms: readonly EventFact[]; kills: readonly EventFact[] } {
  const sent = (signal: string): readonly EventFact[] =>
    evidence.events.filter(({ action, attributes }) => action === 'kill' && attributes['signal'] === signal);
  return { terms: sent('15'), kills: sent('9') };
}

/** SIGKILL that is not the kernel's for memory. */
const killed: Rule = {
  id: 'C12',
  find(evidence) {
    const { container } = evidence;
    if (!container || exitCodeOf(evidence) !== 137 || container.State.OOMKilled) return undefined;
    const { terms, kills } = killsOf(evidence);
    if (terms.length > 0 && kills.length > 0) return undefined;
    return {
      confidence: kills.length > 0 ? 0.92 : 0.55,
      variant: kills.length > 0 ? undefined : 'host',
      evidence: [
        stateField('ExitCode', 137),
        stateField('OOMKilled', false),
        ...kills.slice(-1).map(() => ({ source: 'event' as const, text: 'kill signal=9' })),
      ],
      fixes:
        kills.length > 0
          ? commands('reversible', ['docker', 'start', container.Name])
          : commands('read', ['dmesg', '--ctime']),
      verify: verifyRunning(evidence).map((argv) => ({ argv })),
    };
  },
};

/** SIGTERM was sent, nobody listened, SIGKILL came after the grace. */
const ignoresTerm: Rule = {
  id: 'C45',
  find(evidence) {
    const { container } = evidence;
    if (!container || exitCodeOf(evidence) !== 137 || container.State.OOMKilled) return undefined;
    const { terms, kills } = killsOf(evidence);
    const [term, kill] = [terms.at(-1), kills.at(-1)];
    if (!term || !kill || kill.atMs < term.atMs) return undefined;
    const [first = '', second = ''] = argvOf(evidence);
    const wrapped = /(^|\/)(ba|da|a)?sh$|npm$|yarn$/.test(first);
    const seconds = ((kill.atMs - term.atMs) / 1000).toFixed(1);
    return {
      confidence: 0.95,
      variant: wrapped ? undefined : 'program',
      params: { seconds, command: [first, second].join(' ').trim() },
      evidence: [
        stateField('ExitCode', 137),
        { source: 'event', text: `kill signal=15, kill signal=9 after ${seconds} s` },
        field('Config.Cmd', argvOf(evidence)),
      ],
      fixes: recreate(evidence, { init: true }),
      verify: [{ argv: ['docker', 'stop', container.Name] }],
    };
  },
};

const childKilled: Rule = {
  id: 'C13',
  find(evidence) {
    const { container } = evidence;
    if (!container || !isUp(evidence)) return undefined;
    const oom = evidence.events.some(({ action }) => action === 'oom');
    const said = search(evidence, /\bKilled\b|signal 9|SIGKILL|worker .*(?:died|exited|terminated)/i, ['log']);
    if (!container.State.OOMKilled && !oom) return undefined;
    const limit = limitOf(evidence);
    return {
      confidence: 0.95,
      params: { limit: limit > 0 ? formatIecSize(limit) : '?' },
      evidence: [
        ...(container.State.OOMKilled ? [stateField('OOMKilled', true)] : []),
        stateField('Running', true),
        ...(oom ? [{ source: 'event' as const, text: 'oom' }] : []),
        ...(said?.lines ?? []),
      ],
      fixes: limit > 0 ? recreate(evidence, { memory: doubled(limit) }) : [],
      verify: verifyMemory(evidence),
    };
  },
};

const heap: readonly Rule[] = [
  textRule('C14', /java\.lang\.OutOfMemoryError(?:: (.*))?/, {
    confidence: 0.95,
    variant: 'java',
    params: (match) => ({ text: match[1] ?? '' }),
    fixes: (evidence) => recreate(evidence, { env: { JAVA_TOOL_OPTIONS: '-XX:MaxRAMPercentage=75' } }),
  }),
  textRule('C14', /JavaScript heap out of memory/, {
    confidence: 0.95,
    variant: 'node',
    fixes: (evidence) => recreate(evidence, { env: { NODE_OPTIONS: '--max-old-space-size=1024' } }),
  }),
  textRule(
    'C14',
    /\bMemoryError\b|std::bad_alloc|Cannot allocate memory|runtime: out of memory|memory allocation of \d+ bytes failed/,
    {
      confidence: 0.88,
      when: (evidence) => !/MISCONF|fork: retry/.test(evidence.log.map(({ text }) => text).join('\n')),
      fixes: (evidence) => (limitOf(evidence) > 0 ? recreate(evidence, { memory: doubled(limitOf(evidence)) }) : []),
    },
  ),
];

const segfault: Rule = {
  id: 'C15',
  find(evidence) {
    const code = exitCodeOf(evidence);
    const hit = search(evidence, /segmentation fault|SIGSEGV/i, ['log', 'output']);
    if (code !== 139 && !hit) return undefined;
    if (search(evidence, /qemu: uncaught target signal/i, ['log'])) return undefined;
    return {
      confidence: code === 139 ? 0.9 : 0.6,
      params: { image: evidence.container?.Config.Image ?? '' },
      evidence: [...(code === 139 ? [stateField('ExitCode', 139)] : []), ...(hit?.lines ?? [])],
      fixes: commands('read', [
        'docker',
        'image',
        'inspect',
        '--format',
        '{{.Os}}/{{.Architecture}}',
        evidence.container?.Config.Image ?? '',
      ]),
    };
  },
};

const zombies: Rule = {
  id: 'C46',
  find(evidence) {
    const dead = [
      ...(evidence.host?.zombies ?? []).map((name) => `Z ${name} <defunct>`),
      ...evidence.processes
        .filter(({ state, command }) => state.startsWith('Z') || command.includes('<defunct>'))
        .map(({ state, command }) => `${state} ${command}`),
    ];
    if (dead.length < 2) return undefined;
    return {
      confidence: dead.length >= 5 ? 0.95 : 0.8,
      params: { count: dead.length },
      evidence: dead.slice(0, 3).map((text) => ({ source: 'process' as const, text })),
      fixes: recreate(evidence, { init: true }),
      verify: [{ argv: ['docker', 'top', nameOf(evidence), '-eo', 'pid,stat,args'] }],
    };
  },
};

const pidLimit: Rule = {
  id: 'C54',
  find(evidence) {
    const forks = search(
      evidence,
      /fork: (?:retry: )?Resource temporarily unavailable|can't fork|pthread_create failed|unable to create (?:native )?thread|spawn \S+ EAGAIN|Resource temporarily unavailable.*(?:fork|thread)/i,
      anywhere,
    );
    const { container, counters } = evidence;
    const limit = container?.HostConfig.PidsLimit ?? 0;
    const full = counters !== undefined && limit > 0 && counters.pids >= limit;
    if (!forks && !full) return undefined;
    return {
      confidence: forks ? (limit > 0 ? 0.96 : 0.85) : 0.8,
      params: { limit: limit > 0 ? limit : '?' },
      evidence: [...(forks?.lines ?? []), ...(limit > 0 ? [field('HostConfig.PidsLimit', limit)] : [])],
      fixes: recreate(evidence, { pidsLimit: Math.max(512, limit * 4) }),
      verify: verifyMemory(evidence),
    };
  },
};

const openFiles = textRule('C54', /Too many open files|\bEMFILE\b/, {
  confidence: 0.93,
  variant: 'files',
  support: ({ container }) => (container?.HostConfig.Ulimits ?? []).map((one) => field('HostConfig.Ulimits', one)),
  fixes: (evidence) => recreate(evidence, { ulimits: ['nofile=65536'] }),
});

const watchers = textRule('C54', /System limit for number of file watchers reached|inotify.*(?:limit|No space left)/i, {
  confidence: 0.96,
  variant: 'watchers',
  fixes: () => commands('host', ['sudo', 'sysctl', '-w', 'fs.inotify.max_user_watches=524288']),
});

const starved: Rule = {
  id: 'C55',
  find(evidence) {
    const { container, counters } = evidence;
    const { NanoCpus = 0, CpuQuota = 0, CpuPeriod = 0 } = container?.HostConfig ?? {};
    const cpus = NanoCpus > 0 ? NanoCpus / 1e9 : CpuQuota > 0 ? CpuQuota / (CpuPeriod || 100_000) : 0;
    if (!counters || cpus === 0 || counters.cpuPeriods < 10) return undefined;
    const share = counters.throttledPeriods / counters.cpuPeriods;
    if (share < 0.3) return undefined;
    const percent = Math.round(share * 100);
    return {
      confidence: share > 0.6 ? 0.85 : 0.65,
      params: { percent, cpus },
      evidence: [
        field('HostConfig.NanoCpus', NanoCpus),
        {
          source: 'process',
          text: `throttled ${counters.throttledPeriods} of ${counters.cpuPeriods} periods (${percent} %)`,
        },
      ],
      fixes: recreate(evidence, { cpus: String(Math.max(1, cpus * 4)) }),
      verify: verifyMemory(evidence),
    };
  },
};

const sharedMemory = textRule(
  'C56',
  /could not resize shared memory segment|(?:No space left on device|ENOSPC).*\/dev\/shm|\/dev\/shm.*(?:No space left|ENOSPC|too small)|session deleted because of page crash|failed to open shared memory/i,
  {
    confidence: 0.96,
    params: (_match, { container }) => ({ size: formatIecSize(container?.HostConfig.ShmSize ?? 67_108_864) }),
    support: ({ container }) => (container ? [field('HostConfig.ShmSize', container.HostConfig.ShmSize)] : []),
    fixes: (evidence) => recreate(evidence, { shmSize: '1g' }),
  },
);

export const limitRules: readonly Rule[] = [
  outOfMemory,
  killed,
  ignoresTerm,
  childKilled,
  ...heap,
  segfault,
  zombies,
  pidLimit,
  openFiles,
  watchers,
  starved,
  sharedMemory,
];
