import { commands, recreate } from '../fixes/recreate.ts';
import type { Evidence, EvidenceLine } from '../types.ts';
import {
  argvOf,
  anywhere,
  exitCodeOf,
  field,
  isUp,
  lastRunMs,
  nameOf,
  search,
  stateField,
  textRule,
  verifyRunning,
  type Rule,
} from './rule.ts';

const shells = /(^|\/)(ba|da|a|z|k)?sh$/;
const daemonising =
  /\bservice\s+\S+\s+(re)?start\b|\b(nginx|httpd|apache2ctl start|redis-server .*--daemonize yes)(?!.*daemon off)\b/;
const soonMs = 2000;

/** Nothing stays in the foreground. */
const endsAtOnce: Rule = {
  id: 'C01',
  find(evidence) {
    const { container } = evidence;
    if (!container || exitCodeOf(evidence) !== 0 || container.State.Error !== '') return undefined;
    const ranMs = lastRunMs(evidence) ?? Number.POSITIVE_INFINITY;
    const argv = argvOf(evidence);
    const isShell = shells.test(argv[0] ?? '') && argv.length === 1 && !container.Config.OpenStdin;
    const forks = daemonising.test(argv.join(' '));
    if (ranMs > soonMs && !isShell && !forks) return undefined;
    // A task that did its work is no failure, unless somebody wanted it to stay.
    const wanted = ['always', 'unless-stopped'].includes(container.HostConfig.RestartPolicy?.Name ?? '');
    const seconds = Number.isFinite(ranMs) ? (ranMs / 1000).toFixed(1) : '0';
    return {
      confidence: isShell || forks ? 0.9 : wanted ? 0.75 : 0.5,
      variant: isShell ? 'shell' : forks ? 'daemon' : undefined,
      params: { command: argv.join(' '), seconds },
      evidence: [stateField('ExitCode', 0), field('Config.Cmd', argv), field('Config.Tty', container.Config.Tty)],
      fixes: isShell ? recreate(evidence, { interactive: true }) : commands('read', ['docker', 'logs', container.Name]),
      verify: verifyRunning(evidence).map((one) => ({ argv: one })),
    };
  },
};

const traces =
  /^(Traceback \(most recent call last\)|\s*(?:Uncaught )?(?:\w+\.)*\w*(?:Error|Exception)(?: \[\w+\])?: .+|panic: .+|Exception in thread .+|thread '.+' panicked at .+|fatal error: .+|FATAL:? .+|\[?ERROR\]?:? .+)/i;

const crashes: Rule = {
  id: 'C02',
  find(evidence) {
    const code = exitCodeOf(evidence);
    if (code === undefined || code === 0 || code > 127) return undefined;
    const hit = search(evidence, traces, ['log']);
    if (!hit && code !== 1) return undefined;
    const lines = hit ? hit.lines : evidence.log.slice(-2);
    if (lines.length === 0) return undefined;
    return {
      confidence: hit ? 0.55 : 0.3,
      params: { code, line: lines.at(-1)?.text ?? '' },
      evidence: [stateField('ExitCode', code), ...lines],
      fixes: commands('read', ['docker', 'logs', '--tail', '100', nameOf(evidence)]),
      verify: verifyRunning(evidence).map((argv) => ({ argv })),
    };
  },
};

const badArguments =
  /^Usage:|invalid option|illegal option|unrecognized (option|argument)|unknown (option|flag)|unexpected (argument|end of file)|syntax error|flag provided but not defined/i;

const exitsTwo: Rule = {
  id: 'C03',
  find(evidence) {
    const code = exitCodeOf(evidence);
    if (code === undefined || code === 0) return undefined;
    const hit = search(evidence, badArguments, ['log']);
    if (!hit && code !== 2) return undefined;
    const argv = argvOf(evidence).join(' ');
    return {
      confidence: hit ? (code === 2 ? 0.85 : 0.6) : 0.4,
      params: { code, command: argv },
      evidence: [
        stateField('ExitCode', code),
        ...(hit?.lines ?? []),
        field('Config.Cmd', evidence.container?.Config.Cmd),
      ],
      fixes: recreate(evidence, { command: evidence.image?.Config?.Cmd ?? [] }),
      verify: verifyRunning(evidence).map((one) => ({ argv: one })),
    };
  },
};

const cliRefused = textRule(
  'C04',
  /unknown (?:shorthand )?flag: ?(.*)|docker: invalid argument(.*)|"docker run" requires at least/i,
  {
    places: ['output'],
    confidence: 0.9,
    params: (match) => ({ text: (match[1] ?? match[2] ?? '').trim() || match[0] }),
    verify: () => [['docker', 'run', '--help']],
  },
);

const daemonRefused = textRule('C04', /^(?:docker: )?Error response from daemon: (.*)/, {
  places: ['output'],
  confidence: 0.4,
  params: (match) => ({ text: match[1] ?? '' }),
});

const notExecutable = textRule(
  'C05',
  /exec: "?([^":]*)"?: (?:permission denied|is a directory)|(?:exec )?([^\s:]+): (?:P|p)ermission denied.*(?:unknown|exec)|: "([^"]+)": permission denied/,
  {
    places: ['error', 'output'],
    confidence: 0.96,
    when: (_evidence, match) => !/docker\.sock/.test(match.input),
    params: (match) => ({ file: match[1] || match[2] || match[3] || '' }),
    fixes: (evidence, match) =>
      recreate(evidence, { entrypoint: '/bin/sh', command: [match[1] || match[2] || match[3] || ''] }),
  },
);

const missingProgram = textRule('C06', /exec: "([^"]*)": executable file not found in \$PATH/, {
  places: ['error', 'output'],
  confidence: 0.97,
  params: (match, evidence) => ({ file: match[1] ?? '', path: pathOf(evidence) }),
  fixes: (evidence) => recreate(evidence, { command: evidence.image?.Config?.Cmd ?? [] }),
});

const missingInShell = textRule(
  'C06',
  /(?:sh|bash)(?:: line \d+|: \d+)?: (?:exec: )?(?:line \d+: )?([\w./-]+): (?:command )?not found/,
  {
    places: ['log'],
    confidence: 0.85,
    when: (evidence, match) => exitCodeOf(evidence) === 127 && !match.input.includes('\\r'),
    params: (match, evidence) => ({ file: match[1] ?? '', path: pathOf(evidence) }),
  },
);

function pathOf({ container }: Evidence): string {
  return container?.Config.Env.find((pair) => pair.startsWith('PATH='))?.slice(5) ?? '';
}

/** The file is there, and what should run it is not. */
const missingInterpreter = textRule(
  'C07',
  /(?:exec:? "?|: )(\/[^":\s]*)"?: (?:stat [^:]+: )?no such file or directory/,
  {
    places: ['error', 'output', 'log'],
    confidence: 0.9,
    when: (evidence, match) =>
      /exec|runc create|init process/.test(match.input) &&
      !/mount|rootfs to|chdir|network|gathering device/.test(match.input) &&
      (evidence.container === undefined ||
        exitCodeOf(evidence) === 127 ||
        exitCodeOf(evidence) === 128 ||
        isUp(evidence) === false),
    params: (match) => ({ file: match[1] ?? '' }),
    fixes: (evidence, match) =>
      evidence.container ? commands('read', ['docker', 'cp', `${evidence.container.Name}:${match[1]}`, '-']) : [],
  },
);

const windowsLineEnds = textRule(
  'C08',
  /\\r['"]?: (?:command )?not found|\$'\\r'|env: [‘'"]?[\w/]+\\r|execute '[\w/]+\\r'|: not found\\r|illegal option -(?:\s|$)|bad interpreter.*\^M|\\r: No such file/i,
  {
    places: ['log', 'error', 'output'],
    confidence: 0.93,
    params: (_match, evidence) => ({
      file: evidence.container?.Config.Entrypoint[0] ?? evidence.container?.Config.Cmd[0] ?? '',
    }),
  },
);

const wrongArchitecture: Rule = {
  id: 'C09',
  find(evidence) {
    const hit = search(evidence, /exec format error/i, anywhere);
    const warned = search(evidence, /requested image's platform \((\S+)\) does not match/, anywhere);
    if (!hit && !warned) return undefined;
    const built = evidence.image?.Architecture ?? '';
    const machine = architectureOf(evidence.engine?.Architecture ?? '');
    const differs = built !== '' && machine !== '' && built !== machine;
    const support: EvidenceLine[] = [
      ...(built === '' ? [] : [{ source: 'image' as const, text: `Architecture = ${built}` }]),
      ...(machine === '' ? [] : [{ source: 'engine' as const, text: `Architecture = ${machine}` }]),
    ];
    return {
      confidence: hit ? (differs ? 0.98 : 0.92) : 0.7,
      variant: differs || !hit ? undefined : 'script',
      params: { built: built || '?', machine: machine || '?', file: argvOf(evidence)[0] ?? '' },
      evidence: [...(hit?.lines ?? []), ...(warned?.lines ?? []), ...support],
      fixes: differs ? recreate(evidence, { platform: `linux/${machine}` }) : [],
      verify: [
        {
          argv: [
            'docker',
            'image',
            'inspect',
            '--format',
            '{{.Os}}/{{.Architecture}}',
            evidence.container?.Config.Image ?? '',
          ],
        },
      ],
    };
  },
};

const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  i686: '386',
};

export function architectureOf(machine: string): string {
  return Object.hasOwn(architectures, machine) ? (architectures[machine] ?? machine) : machine;
}

const signals: Readonly<Record<number, string>> = {
  129: 'SIGHUP',
  130: 'SIGINT',
  131: 'SIGQUIT',
  132: 'SIGILL',
  133: 'SIGTRAP',
  134: 'SIGABRT',
  135: 'SIGBUS',
  136: 'SIGFPE',
  141: 'SIGPIPE',
  159: 'SIGSYS',
};

const endedBySignal: Rule = {
  id: 'C10',
  find(evidence) {
    const code = exitCodeOf(evidence) ?? 0;
    const name = signals[code];
    if (name === undefined) return undefined;
    const variant =
      code === 132 ? 'ill' : code === 135 ? 'bus' : code === 159 ? 'sys' : code === 134 ? 'abrt' : undefined;
    return {
      confidence: 0.7,
      variant,
      params: { code, signal: name },
      evidence: [stateField('ExitCode', code), ...evidence.log.slice(-2)],
      fixes:
        code === 135
          ? recreate(evidence, { shmSize: '1g' })
          : commands('read', ['docker', 'logs', '--tail', '50', nameOf(evidence)]),
    };
  },
};

const stopped: Rule = {
  id: 'C16',
  find(evidence) {
    if (exitCodeOf(evidence) !== 143) return undefined;
    const asked = evidence.events.filter(
      ({ action, attributes }) => action === 'kill' && attributes['signal'] === '15',
    );
    return {
      confidence: asked.length > 0 ? 0.9 : 0.7,
      variant: asked.length > 0 ? undefined : 'inside',
      evidence: [
        stateField('ExitCode', 143),
        ...asked.slice(-1).map(() => ({ source: 'event' as const, text: 'kill signal=15' })),
      ],
      fixes: commands('reversible', ['docker', 'start', nameOf(evidence)]),
      verify: verifyRunning(evidence).map((argv) => ({ argv })),
    };
  },
};

const restartLoop: Rule = {
  id: 'C17',
  find(evidence) {
    const { container } = evidence;
    if (!container) return undefined;
    const { RestartCount: count, State: state } = container;
    const loops = state.Restarting || (count >= 3 && (lastRunMs(evidence) ?? 0) < 10_000);
    if (!loops) return undefined;
    return {
      // What makes it end each time is the better answer.
      confidence: 0.5,
      params: { count, code: state.ExitCode, policy: container.HostConfig.RestartPolicy?.Name ?? '' },
      evidence: [
        field('RestartCount', count),
        stateField('ExitCode', state.ExitCode),
        ...(state.Restarting ? [stateField('Restarting', true)] : []),
        ...evidence.log.slice(-2),
      ],
      fixes: commands(
        'reversible',
        ['docker', 'update', '--restart=no', container.Name],
        ['docker', 'stop', container.Name],
      ),
      verify: [{ argv: ['docker', 'logs', '--tail', '50', container.Name] }],
    };
  },
};

const swallowed: Rule = {
  id: 'C64',
  find(evidence) {
    const { container, image } = evidence;
    const entrypoint = container?.Config.Entrypoint ?? [];
    const [first = ''] = container?.Config.Cmd ?? [];
    if (
      entrypoint.length === 0 ||
      first === '' ||
      image?.Config?.Cmd?.[0] === first ||
      (exitCodeOf(evidence) ?? 0) === 0
    )
      return undefined;
    const quoted = first.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    const hit = search(
      evidence,
      new RegExp(
        `(?:unknown|invalid|unrecognized) (?:sub)?command:? .*${quoted}|${quoted}.*(?:is not a .*command|applet not found|unknown command)|Cannot find module '(?:[^']*/)?${quoted}'|can't open (?:file )?'?(?:[^']*/)?${quoted}'?`,
        'i',
      ),
      ['log'],
    );
    if (!hit) return undefined;
    return {
      confidence: 0.93,
      params: { command: first, entrypoint: entrypoint.join(' ') },
      evidence: [...hit.lines, field('Config.Entrypoint', entrypoint), field('Config.Cmd', container?.Config.Cmd)],
      fixes: recreate(evidence, { entrypoint: first, command: container?.Config.Cmd.slice(1) ?? [] }),
      verify: verifyRunning(evidence).map((argv) => ({ argv })),
    };
  },
};

export const exitRules: readonly Rule[] = [
  endsAtOnce,
  crashes,
  exitsTwo,
  cliRefused,
  daemonRefused,
  notExecutable,
  missingProgram,
  missingInShell,
  missingInterpreter,
  windowsLineEnds,
  wrongArchitecture,
  endedBySignal,
  stopped,
  restartLoop,
  swallowed,
];
