import type { Run } from '../analysis/runs.ts';
import { hasFlag } from '../source/model.ts';
import type { ShellCommand } from '../shell/model.ts';
import { commandsOf, copiesOf, placed, wordsText } from './find.ts';
import type { Check } from './types.ts';

const interpreters: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'zsh',
  'ash',
  'dash',
  'python',
  'python3',
  'perl',
  'ruby',
  'node',
  'php',
]);
const verifiers =
  /^(?:sha\d+sum|shasum|md5sum|gpg|gpgv|gpgv2|cosign|minisign|signify|openssl|rpm|jarsigner|slsa-verifier)$/;

const unverifiedDownload: Check = function* (analysis) {
  for (const { run, command } of commandsOf(analysis.runs, 'curl', 'wget')) {
    const how = executedBy(run, command);
    if (how !== undefined) {
      yield { at: command, variant: 'piped', params: { shell: how } };
      continue;
    }
    const url = command.words.find(({ value }) => /^(?:https?|ftp):\/\//.test(value))?.value;
    if (url === undefined || /localhost|127\.0\.0\.1/.test(url) || !savesFile(run, command)) continue;
    if (
      /\.(?:asc|sig|gpg|key|pem|sha\d*|sha\d+sums?|sha\d+sum|list|repo|md5|pub|sources)(?:$|\?)/i.test(url) ||
      /SHASUMS|checksums?/i.test(url)
    )
      continue;
    if (run.commands.some(({ name }) => verifiers.test(name)) || goesToKeyring(run, command)) continue;
    yield { at: command, variant: 'unchecked' };
  }
  for (const { instruction, sources } of copiesOf(analysis, 'ADD')) {
    const url = sources.find((source) => /^(?:https?|ftp):\/\//.test(source) && !/\.git(?:#|$)/.test(source));
    if (url !== undefined && !hasFlag(instruction, 'checksum') && !/\.(?:asc|sig|gpg|pub)$/.test(url)) {
      yield { at: instruction, variant: 'add' };
    }
  }
};

/** `curl … | sh`, `sh -c "$(curl …)"`, `bash <(curl …)`. */
function executedBy(run: Run, command: ShellCommand): string | undefined {
  const behind = run.commands.find(
    ({ pipeline, place, name }) => pipeline === command.pipeline && place > command.place && interpreters.has(name),
  );
  // `| python3 -c …` runs what is written here; the download is its input.
  if (behind) return behind.words.some(({ value }) => /^-[a-z]*[cem]$/.test(value)) ? undefined : behind.name;
  if (command.depth === 0) return undefined;
  const around = run.commands.find(
    (one) =>
      one !== command &&
      interpreters.has(one.name) &&
      one.start <= command.start &&
      one.end >= command.end &&
      one.depth < command.depth,
  );
  return around &&
    around.words.some(
      ({ expansions, value }) => expansions.some((one) => one.name === undefined) || value.startsWith('<('),
    )
    ? around.name
    : undefined;
}

function savesFile(run: Run, command: ShellCommand): boolean {
  const words = command.words.map(({ value }) => value);
  if (
    command.redirections.some(
      ({ operator, target }) =>
        operator.startsWith('>') &&
        target !== '/dev/null' &&
        !/^\d$/.test(target) &&
        !/\.(?:list|gpg|asc|repo)$/.test(target),
    )
  )
    return true;
  const behind = run.commands.find(({ pipeline, place }) => pipeline === command.pipeline && place > command.place);
  if (behind) return /^(?:tar|bsdtar|unzip|gunzip|xz|dpkg|cpio)$/.test(behind.name);
  if (command.name === 'wget')
    return (
      !words.some((word) => /^-[a-zA-Z]*O-$/.test(word)) &&
      !words.some((word, index) => /^-[a-zA-Z]*O$/.test(word) && words[index + 1] === '-') &&
      !words.includes('--spider')
    );
  return (
    words.some((word) => /^-[a-zA-Z]*[oO]/.test(word) && !word.startsWith('--')) ||
    words.some((word) => /^--(?:output|remote-name)/.test(word))
  );
}

function goesToKeyring(run: Run, command: ShellCommand): boolean {
  const text = `${wordsText(command)} ${command.redirections.map(({ target }) => target).join(' ')}`;
  return (
    /keyrings?\/|trusted\.gpg|sources\.list/.test(text) ||
    run.commands.some(
      ({ pipeline, place, name }) =>
        pipeline === command.pipeline && place > command.place && /^(?:apt-key|gpg|tee)$/.test(name),
    )
  );
}

const uncheckedSource: Check = function* (analysis) {
  for (const { command } of commandsOf(analysis.runs)) {
    const words = command.words.map(({ value }) => value);
    const option = words.find((word) => isUnsafeOption(command.name, word)) ?? unsafeSetting(command.name, words);
    if (option !== undefined) yield { at: command, params: { option } };
    const assigned = command.assignments.find(({ name, value }) => isUnsafeVariable(name, value));
    if (assigned) yield { at: assigned, params: { option: `${assigned.name}=${assigned.value}` } };
  }
  for (const { instruction } of placed(analysis, 'ENV', 'ARG')) {
    for (const { name, value = '', span } of instruction.properties) {
      if (isUnsafeVariable(name, value)) yield { at: span, params: { option: `${name}=${value}` } };
    }
  }
};

function isUnsafeOption(name: string, word: string): boolean {
  if (name === 'curl') return word === '--insecure' || /^-[a-zA-Z]*k[a-zA-Z]*$/.test(word);
  if (name === 'wget') return word === '--no-check-certificate';
  if (name === 'apt-get' || name === 'apt')
    return /^--(?:allow-unauthenticated|force-yes|allow-insecure-repositories)$/.test(word);
  if (/^pip[\d.]*$/.test(name) || name === 'uv') return word.startsWith('--trusted-host');
  if (name === 'apk') return word === '--allow-untrusted';
  if (/^(?:yum|dnf|microdnf)$/.test(name)) return word === '--nogpgcheck';
  if (name === 'zypper') return word === '--no-gpg-checks';
  return name === 'git' && /^http\.sslVerify=(?:false|0)$/i.test(word);
}

function unsafeSetting(name: string, words: readonly string[]): string | undefined {
  const text = words.join(' ');
  if (/^(?:npm|yarn|pnpm)$/.test(name) && /strict-ssl[ =]false/.test(text)) return 'strict-ssl false';
  return name === 'git' && /http\.sslverify (?:false|0)/i.test(text) ? 'http.sslVerify false' : undefined;
}

function isUnsafeVariable(name: string, value: string): boolean {
  switch (name) {
    case 'GIT_SSL_NO_VERIFY':
      return value !== '' && !/^(?:0|false)$/i.test(value);
    case 'NODE_TLS_REJECT_UNAUTHORIZED':
    case 'PYTHONHTTPSVERIFY':
      return value === '0';
    case 'NPM_CONFIG_STRICT_SSL':
    case 'npm_config_strict_ssl':
      return value === 'false';
    default:
      return false;
  }
}

export const downloadChecks: Readonly<Record<string, Check>> = { SEC04: unverifiedDownload, SEC05: uncheckedSource };
