import { chainOf, type Analysis } from '../analysis/analyse.ts';
import { hasAnyFlag, type Install } from '../analysis/installs.ts';
import type { Run } from '../analysis/runs.ts';
import {
  appendCommand,
  cacheMountOn,
  commandsOf,
  finalChain,
  finalRuns,
  insertAfter,
  removes,
  wordsText,
} from './find.ts';
import { isBuildCommand } from '../analysis/dependencies.ts';
import type { Check } from './types.ts';

function finalInstalls(analysis: Analysis, ...managers: readonly Install['manager'][]): Install[] {
  const chain = new Set(finalChain(analysis));
  return analysis.installs.filter(({ manager, run }) => managers.includes(manager) && chain.has(run.stage));
}

const aptLists: Check = function* (analysis) {
  const installing = new Set(analysis.installs.map(({ run }) => run));
  const { source } = analysis.file;
  for (const { run, command } of commandsOf(finalRuns(analysis), 'apt-get', 'apt', 'aptitude')) {
    if (!command.words.some(({ value }) => value === 'update')) continue;
    if (cacheMountOn(run, /^\/var\/(?:lib|cache)\/apt/) || removes(run, /\/var\/lib\/apt/)) continue;
    // A layer that only updates is another rule's, and cleaning it would break the install that follows.
    yield {
      at: command,
      edits: installing.has(run) ? appendCommand(run, 'rm -rf /var/lib/apt/lists/*', source) : undefined,
    };
  }
};

const recommends: Check = function* (analysis) {
  const isOffForAll = finalRuns(analysis).some(({ commands }) =>
    commands.some((command) => /APT::Install-Recommends[ "]+(?:0|false)/i.test(wordsText(command))),
  );
  if (isOffForAll) return;
  for (const install of finalInstalls(analysis, 'apt-get', 'apt')) {
    if (install.packages.length === 0 || install.packages.every(({ value }) => value.endsWith('.deb'))) continue;
    if (
      hasAnyFlag(install, '--no-install-recommends') ||
      /APT::Install-Recommends=(?:"|')?(?:0|false)/i.test(wordsText(install.command))
    )
      continue;
    yield { at: install.command, edits: [insertAfter(install.verb, ' --no-install-recommends')] };
  }
};

const apkCache: Check = function* (analysis) {
  for (const install of finalInstalls(analysis, 'apk')) {
    const { run } = install;
    if (
      hasAnyFlag(install, '--no-cache', '--cache-dir') ||
      cacheMountOn(run, /^\/(?:var|etc)\/(?:cache\/)?apk/) ||
      removes(run, /\/var\/cache\/apk/)
    )
      continue;
    yield { at: install.command, edits: [insertAfter(install.verb, ' --no-cache')] };
  }
};

const rpmCleaning: Readonly<Record<string, string>> = {
  yum: 'yum clean all',
  dnf: 'dnf clean all',
  microdnf: 'microdnf clean all',
  zypper: 'zypper clean --all',
};

const rpmCache: Check = function* (analysis) {
  const seen = new Set<Run>();
  for (const { run, command, manager } of finalInstalls(analysis, 'yum', 'dnf', 'microdnf', 'zypper')) {
    const isCleaned =
      run.commands.some(
        ({ name, words }) =>
          Object.hasOwn(rpmCleaning, name) && words.some(({ value }) => value === 'clean' || value === 'cc'),
      ) ||
      removes(run, /\/var\/cache\/(?:yum|dnf|zypp)|\/var\/cache\/?\*?$/) ||
      cacheMountOn(run, /^\/var\/cache\/(?:yum|dnf|zypp|libdnf5)/);
    if (isCleaned || seen.has(run)) continue;
    seen.add(run);
    const cleaning = rpmCleaning[manager] ?? '';
    yield { at: command, params: { cleaning }, edits: appendCommand(run, cleaning, analysis.file.source) };
  }
};

const pipCache: Check = function* (analysis) {
  for (const install of finalInstalls(analysis, 'pip')) {
    const { run, command } = install;
    if (command.name === 'uv' || hasAnyFlag(install, '--no-cache-dir') || cacheMountOn(run, /\.cache/, /pip/)) continue;
    if (isSet(run, 'PIP_NO_CACHE_DIR', /^(?!0$|off$|false$|no$)/i) || removes(run, /\.cache/)) continue;
    if (
      run.commands.some(
        ({ name, words }) => name.startsWith('pip') && words[0]?.value === 'cache' && words[1]?.value === 'purge',
      )
    )
      continue;
    if (command.assignments.some(({ name }) => name === 'PIP_NO_CACHE_DIR')) continue;
    yield { at: command, edits: [insertAfter(install.verb, ' --no-cache-dir')] };
  }
};

function isSet({ stage, instruction }: Run, name: string, value: RegExp): boolean {
  return chainOf(stage).some(({ variables }) =>
    variables.some(
      (one) =>
        one.name === name &&
        one.value !== undefined &&
        value.test(one.value) &&
        (one.from <= instruction.start || one.kind === 'ENV'),
    ),
  );
}

const nodeLeftovers: Check = function* (analysis) {
  const runs = finalRuns(analysis);
  const builds = runs.some(({ commands }) => commands.some(isBuildCommand));
  const prunes = runs.some(({ commands }) =>
    commands.some(
      ({ name, words }) => /^(?:npm|yarn|pnpm)$/.test(name) && words.some(({ value }) => value === 'prune'),
    ),
  );
  for (const install of finalInstalls(analysis, 'npm', 'yarn', 'pnpm')) {
    const { run, command, manager, verb, packages } = install;
    const isGlobal = hasAnyFlag(install, '-g', '--global') || verb.value === 'global';
    if (!isGlobal && packages.length === 0 && !builds && !prunes && !leavesDevOut(install) && verb.value !== 'fetch') {
      yield { at: command, variant: 'dev', params: { tool: manager } };
    } else if (manager === 'yarn' && !cleansCache(run, 'yarn') && !cacheMountOn(run, /./)) {
      yield { at: command, variant: 'cache', params: { tool: manager } };
    }
  }
};

function leavesDevOut(install: Install): boolean {
  const { run, command } = install;
  if (
    hasAnyFlag(install, '--omit=dev', '--production', '--only=production', '--only=prod', '--prod', '-P', '--omit dev')
  )
    return true;
  if (command.assignments.some(({ name, value }) => name === 'NODE_ENV' && value === 'production')) return true;
  return (
    isSet(run, 'NODE_ENV', /^production$/) ||
    isSet(run, 'NPM_CONFIG_PRODUCTION', /^true$/) ||
    isSet(run, 'NPM_CONFIG_OMIT', /dev/)
  );
}

function cleansCache({ commands }: Run, tool: string): boolean {
  return (
    commands.some(
      ({ name, words }) =>
        name === tool && words.some(({ value }) => value === 'cache') && words.some(({ value }) => value === 'clean'),
    ) || commands.some(({ name, words }) => name === 'rm' && words.some(({ value }) => /cache/.test(value)))
  );
}

const buildPackage =
  /^(?:build-base|gcc|g\+\+|make|cmake|musl-dev|linux-headers|libc-dev|alpine-sdk|cargo|rust|python3-dev|[\w+.-]+-dev)(?:[=~<>].*)?$/;

const apkVirtual: Check = function* (analysis) {
  for (const install of finalInstalls(analysis, 'apk')) {
    const needed = install.packages.filter(({ value }) => buildPackage.test(value)).map(({ value }) => value);
    if (needed.length === 0 || hasAnyFlag(install, '--virtual', '-t')) continue;
    if (install.run.commands.some(({ name, words }) => name === 'apk' && words[0]?.value === 'del')) continue;
    yield { at: install.command, params: { packages: needed.join(', ') } };
  }
};

const debugTools: ReadonlySet<string> = new Set([
  'vim',
  'vim-tiny',
  'vim-nox',
  'nano',
  'emacs',
  'emacs-nox',
  'telnet',
  'inetutils-telnet',
  'strace',
  'ltrace',
  'net-tools',
  'tcpdump',
  'nmap',
  'htop',
  'gdb',
  'lsof',
  'iotop',
  'busybox-extras',
  'man-db',
]);

const debuggers: Check = function* (analysis) {
  for (const { command, packages } of finalInstalls(
    analysis,
    'apt-get',
    'apt',
    'apk',
    'yum',
    'dnf',
    'microdnf',
    'zypper',
  )) {
    const tools = packages.map(({ value }) => value.replace(/[=~<>].*$/, '')).filter((name) => debugTools.has(name));
    if (tools.length > 0) yield { at: command, params: { packages: tools.join(', ') } };
  }
};

export const packageSizeChecks: Readonly<Record<string, Check>> = {
  SIZ02: aptLists,
  SIZ03: recommends,
  SIZ04: apkCache,
  SIZ05: rpmCache,
  SIZ06: pipCache,
  SIZ07: nodeLeftovers,
  SIZ15: debuggers,
  SIZ16: apkVirtual,
};
