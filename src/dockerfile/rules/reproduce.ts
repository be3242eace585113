import { hasAnyFlag, type Install } from '../analysis/installs.ts';
import type { Analysis } from '../analysis/analyse.ts';
import { isFloatingTag } from '../facts/base-images.ts';
import { hasPath } from '../context/project.ts';
import type { ShellCommand, ShellWord } from '../shell/model.ts';
import { commandsOf, copiesOf, insertAfter, isExternal, isUrl, replace, wordsText } from './find.ts';
import type { Check, Hit } from './types.ts';

function* basesOf({ stages }: Analysis): Generator<Analysis['stages']['all'][number]> {
  for (const stage of stages.all)
    if (stage.isReachable && isExternal(stage) && stage.distribution !== 'scratch') yield stage;
}

const untagged: Check = function* (analysis) {
  for (const { from, image } of basesOf(analysis)) {
    if (image.tag === undefined && image.digest === undefined) yield { at: from, params: { image: image.text } };
  }
};

const floatingTag: Check = function* (analysis) {
  for (const { from, image } of basesOf(analysis)) {
    if (image.tag !== undefined && image.digest === undefined && isFloatingTag(image.tag))
      yield { at: from, params: { tag: image.tag } };
  }
};

const noDigest: Check = function* (analysis) {
  for (const { from, image } of basesOf(analysis)) {
    if (image.digest === undefined && image.tag !== undefined && !isFloatingTag(image.tag))
      yield { at: from, params: { image: image.text } };
  }
};

/** Kept at one number on purpose: their tags are releases of a distribution. */
const distributions: ReadonlySet<string> = new Set([
  'debian',
  'centos',
  'fedora',
  'rockylinux',
  'almalinux',
  'oraclelinux',
  'amazonlinux',
  'photon',
  'windows',
  'ubi9',
  'ubi8',
  'ubi10',
]);

const coarseTag: Check = function* (analysis) {
  for (const { from, image } of basesOf(analysis)) {
    if (
      image.digest !== undefined ||
      image.tag === undefined ||
      distributions.has(image.name) ||
      image.registry === 'gcr.io'
    )
      continue;
    if (/^v?\d+(?:-[a-z][\w.-]*)?$/i.test(image.tag) && !/^\d{6,}/.test(image.tag))
      yield { at: from, params: { tag: image.tag } };
  }
};

const systemPins: Readonly<Record<string, RegExp>> = {
  'apt-get': /=|\.deb$|\/\w+$/,
  apt: /=|\.deb$|\/\w+$/,
  apk: /[=~<>]|\.apk$|^\./,
  yum: /-\d|\.rpm$|^@|=/,
  dnf: /-\d|\.rpm$|^@|=/,
  microdnf: /-\d|\.rpm$|=/,
  zypper: /[=<>]|\.rpm$/,
};

const unpinnedSystem: Check = function* (analysis) {
  const usesSnapshot = /snapshot\.(?:debian|ubuntu)\.(?:org|com)/.test(analysis.file.source);
  for (const { manager, packages, command, run } of analysis.installs) {
    const pin = systemPins[manager];
    if (!pin) continue;
    const loose = packages.filter(
      ({ value, expansions }) =>
        !pin.test(value) &&
        expansions.length === 0 &&
        !value.startsWith('/') &&
        !value.startsWith('./') &&
        !isUrl(value),
    );
    if (loose.length === 0) continue;
    const isFrozen = usesSnapshot && run.stage.image.digest !== undefined;
    yield { at: command, severity: isFrozen ? 'info' : undefined, params: { packages: namesOf(loose) } };
  }
};

function namesOf(words: readonly ShellWord[]): string {
  const names = words.slice(0, 5).map(({ value }) => value);
  return words.length > 5 ? `${names.join(', ')}, …` : names.join(', ');
}

const unpinnedLanguage: Check = function* (analysis) {
  for (const install of analysis.installs) {
    const loose = loosePackages(install);
    if (loose.length > 0) yield { at: install.command, params: { packages: namesOf(loose), tool: install.manager } };
  }
};

function loosePackages(install: Install): ShellWord[] {
  const { manager, packages, flags, verb } = install;
  const known = packages.filter(
    ({ value, expansions }) =>
      !expansions.some(({ isQuoted, name }) => !isQuoted && name !== undefined && value.trim() === `$${name}`) &&
      !value.startsWith('$'),
  );
  switch (manager) {
    case 'pip':
      if (hasAnyFlag(install, '-c', '--constraint')) return [];
      return known.filter(
        ({ value }) => !/[=<>~!]=|===|\.(?:whl|tar\.gz|zip|txt)$|^\.|^\/|@/.test(value) && !isUrl(value),
      );
    case 'npm':
    case 'pnpm':
      if (verb.value === 'ci' || verb.value === 'fetch') return [];
      return known.filter(
        ({ value }) => (/@(?:latest|next)$/.test(value) || !/.@|^\.|^\/|\.tgz$/.test(value)) && !isUrl(value),
      );
    case 'yarn':
      return verb.value === 'add' || verb.value === 'global'
        ? known.filter(({ value }) => value.endsWith('@latest') || !/.@|^\./.test(value))
        : [];
    case 'gem':
      return flags.some((flag) => /^-v|^--version/.test(flag))
        ? []
        : known.filter(({ value }) => !/:\d|\.gem$/.test(value));
    case 'go':
      return known.filter(
        ({ value }) =>
          /^[\w.-]+\.\w+\//.test(value) && (!value.includes('@') || /@(?:latest|master|main)$/.test(value)),
      );
    case 'cargo':
      return flags.some((flag) => /^--(?:version|vers|git|path|rev|tag)/.test(flag))
        ? []
        : known.filter(({ value }) => !value.includes('@'));
    default:
      return [];
  }
}

const lockFiles: Readonly<Record<string, readonly string[]>> = {
  npm: ['package-lock.json', 'npm-shrinkwrap.json'],
  yarn: ['yarn.lock'],
  pnpm: ['pnpm-lock.yaml'],
};
const manifests: Readonly<Record<string, string>> = { npm: 'package.json', yarn: 'package.json', pnpm: 'package.json' };

const withoutLock: Check = function* (analysis) {
  for (const install of analysis.installs) yield* lockHits(analysis, install);
  for (const { command } of commandsOf(analysis.runs, 'go', 'cargo', 'composer')) {
    const verb = command.words[0]?.value;
    if (command.name === 'go' && verb === 'get') yield { at: command, variant: 'goget' };
    else if (command.name === 'composer' && verb === 'update')
      yield { at: command, variant: 'update', params: { tool: 'composer' } };
    else if (command.name === 'cargo' && (verb === 'build' || verb === 'install')) {
      const isTool = verb === 'install' && !command.words.some(({ value }) => value.startsWith('--path'));
      const knows = command.words.some(({ value }) => /^--(?:locked|frozen)$/.test(value));
      const hasLock = analysis.context?.paths ? hasPath(analysis.context, 'Cargo.lock') : undefined;
      const first = command.words[0];
      if (!knows && !isTool && first)
        yield {
          at: command,
          variant: 'flag',
          params: { flag: '--locked', tool: 'cargo' },
          edits: hasLock ? [insertAfter(first, ' --locked')] : undefined,
        };
    }
  }
};

function* lockHits(analysis: Analysis, install: Install): Generator<Hit> {
  const { manager, command, verb, packages } = install;
  const { context } = analysis;
  if (manager === 'pip') {
    const file = command.words.find(
      ({ value }, index) =>
        value.endsWith('.txt') && /^(?:-r|--requirement)/.test(command.words[index - 1]?.value ?? ''),
    )?.value;
    const text = file === undefined ? undefined : context?.texts?.[file.replace(/^\.\//, '')];
    const loose = text
      ?.split('\n')
      .map((line) => line.trim())
      .find((line) => /^[A-Za-z]/.test(line) && !/==|@ |--hash/.test(line));
    if (loose !== undefined) yield { at: command, variant: 'requirements', params: { name: loose.slice(0, 60) } };
    return;
  }
  const locks = Object.hasOwn(lockFiles, manager) ? lockFiles[manager] : undefined;
  if (
    !locks ||
    packages.length > 0 ||
    hasAnyFlag(install, '-g', '--global') ||
    verb.value === 'global' ||
    verb.value === 'fetch'
  )
    return;
  const knows = context?.paths !== undefined && hasPath(context, manifests[manager] ?? '');
  const inContext = context?.paths ? locks.some((name) => hasPath(context, name)) : undefined;
  if (manager === 'npm' && (verb.value === 'ci' || verb.value === 'clean-install') && inContext !== false) return;
  const isCopied = copiesOf(analysis).some(({ sources }) =>
    sources.some(
      (source) =>
        locks.some((name) => source.endsWith(name)) || (manager === 'npm' && source.endsWith('package*.json')),
    ),
  );
  if (knows && inContext === false) {
    yield { at: command, variant: 'missing', params: { file: locks[0] ?? '' } };
    return;
  }
  const isLocked = inContext === true || isCopied;
  if (manager === 'npm') {
    if (verb.value === 'ci' || verb.value === 'clean-install' || !isLocked) return;
    yield {
      at: command,
      variant: 'ci',
      edits:
        inContext === true && !verb.value.startsWith('-') && verb.text === verb.value
          ? [replace(verb, 'ci')]
          : undefined,
    };
  } else {
    const flag = '--frozen-lockfile';
    if (hasAnyFlag(install, flag, '--immutable', '--pure-lockfile', '--prefer-frozen-lockfile')) return;
    const after = verb.value === '' ? command.nameAt : verb;
    yield {
      at: command,
      variant: 'flag',
      params: { flag, tool: manager },
      edits: inContext === true ? [insertAfter(after, verb.value === '' ? ` install ${flag}` : ` ${flag}`)] : undefined,
    };
  }
}

const upgrades: Check = function* ({ runs }) {
  for (const { command } of commandsOf(runs, 'apt-get', 'apt', 'apk', 'yum', 'dnf', 'microdnf', 'zypper')) {
    const words = command.words.map(({ value }) => value).filter((word) => !word.startsWith('-'));
    const [verb = '', ...packages] = words;
    if (packages.length > 0) continue;
    const isUpgrade =
      /^(?:upgrade|dist-upgrade|full-upgrade|dup|up)$/.test(verb) ||
      (verb === 'update' && /^(?:yum|dnf|microdnf|zypper)$/.test(command.name));
    if (isUpgrade) yield { at: command, params: { command: `${command.name} ${verb}` } };
  }
};

const branches: Check = function* (analysis) {
  for (const { run, command } of commandsOf(analysis.runs, 'git', 'curl', 'wget')) {
    const url = command.words.find(({ value }) => isUrl(value))?.value;
    if (url === undefined) continue;
    if (command.name !== 'git') {
      if (/\/(?:latest|master|main|HEAD|nightly)(?:\/|$)|\/releases\/latest\b|[-_.]latest\./.test(url))
        yield { at: command, variant: 'download', params: { url } };
    } else if (command.words[0]?.value === 'clone' && !pinsClone(run.commands, command))
      yield { at: command, variant: 'clone', params: { url } };
  }
  for (const { instruction, sources } of copiesOf(analysis, 'ADD')) {
    const url = sources.find((source) => isUrl(source));
    if (url === undefined) continue;
    const isRepository = /\.git(?:#|$)|^git@/.test(url);
    if (isRepository ? !/#./.test(url) : /\/(?:latest|master|main)(?:\/|$)/.test(url))
      yield { at: instruction, variant: 'download', params: { url } };
  }
};

function pinsClone(commands: readonly ShellCommand[], clone: ShellCommand): boolean {
  const words = clone.words.map(({ value }) => value);
  const index = words.findIndex((word) => /^(?:-b|--branch|--revision)$/.test(word));
  const branch =
    index === -1
      ? words.map((word) => /^--(?:branch|revision)=(.+)$/.exec(word)?.[1]).find((one) => one !== undefined)
      : words[index + 1];
  if (branch !== undefined && (/\d/.test(branch) || branch.includes('$'))) return true;
  return commands.some(
    (one) =>
      one.name === 'git' &&
      one.start > clone.start &&
      /\b(?:checkout|reset)\b.*(?:[0-9a-f]{7,}|v?\d+\.\d+|\$)/.test(wordsText(one)),
  );
}

const changingValues: Check = function* ({ runs, file }) {
  const hasEpoch = /SOURCE_DATE_EPOCH/.test(file.source);
  for (const run of runs) {
    for (const command of run.commands) {
      const what =
        changingCommand(command, hasEpoch) ??
        (command.words.some(({ expansions }) => expansions.some(({ name }) => name === 'RANDOM'))
          ? '$RANDOM'
          : undefined);
      if (what === undefined) continue;
      yield { at: command, params: { what } };
      break;
    }
  }
};

function changingCommand({ name, words, depth }: ShellCommand, hasEpoch: boolean): string | undefined {
  const text = words.map(({ value }) => value).join(' ');
  if (name === 'date') return hasEpoch || /(?:^|\s)-(?:d|r|s)\b|--date|--reference/.test(text) ? undefined : 'date';
  if (name === 'git' && depth > 0 && /^(?:-C \S+ )?(?:rev-parse|describe|log|show|rev-list)/.test(text))
    return `git ${words[0]?.value ?? ''}`;
  if (name === 'uuidgen' || name === 'ntpdate') return name;
  return name === 'openssl' && words[0]?.value === 'rand' ? 'openssl rand' : undefined;
}

export const reproduceChecks: Readonly<Record<string, Check>> = {
  REP01: untagged,
  REP02: floatingTag,
  REP03: noDigest,
  REP04: unpinnedSystem,
  REP05: unpinnedLanguage,
  REP06: withoutLock,
  REP07: upgrades,
  REP08: branches,
  REP09: changingValues,
  REP10: coarseTag,
};
