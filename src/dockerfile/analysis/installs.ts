import type { ShellCommand, ShellWord } from '../shell/model.ts';
import type { Run } from './runs.ts';

export type Manager =
  | 'apt-get'
  | 'apt'
  | 'apk'
  | 'yum'
  | 'dnf'
  | 'microdnf'
  | 'zypper'
  | 'pip'
  | 'npm'
  | 'yarn'
  | 'pnpm'
  | 'gem'
  | 'go'
  | 'cargo'
  | 'poetry'
  | 'uv'
  | 'composer'
  | 'bundle'
  | 'conda';

/** A command that brings packages in. */
export interface Install {
  readonly run: Run;
  readonly command: ShellCommand;
  readonly manager: Manager;
  /** `install`, `add`, `ci`, … */
  readonly verb: ShellWord;
  readonly flags: readonly string[];
  /** Named one by one: what stands in a lock file is not here. */
  readonly packages: readonly ShellWord[];
}

const verbs: Readonly<Record<Manager, readonly string[]>> = {
  'apt-get': ['install'],
  apt: ['install'],
  apk: ['add'],
  yum: ['install', 'groupinstall', 'localinstall'],
  dnf: ['install', 'groupinstall'],
  microdnf: ['install'],
  zypper: ['install', 'in'],
  pip: ['install'],
  npm: ['install', 'i', 'add', 'ci', 'clean-install'],
  yarn: ['install', 'add', 'global', ''],
  pnpm: ['install', 'i', 'add', 'fetch'],
  gem: ['install'],
  go: ['install', 'get'],
  cargo: ['install'],
  poetry: ['install'],
  uv: ['sync'],
  composer: ['install', 'require', 'global'],
  bundle: ['install', ''],
  conda: ['install', 'create'],
};

/** Options that take the next word, so that it is not a package. */
const valued: Readonly<Partial<Record<Manager, readonly string[]>>> = {
  'apt-get': ['-t', '-o', '-c', '--target-release', '--option'],
  apt: ['-t', '-o', '-c', '--target-release', '--option'],
  apk: [
    '-t',
    '--virtual',
    '-X',
    '--repository',
    '-p',
    '--root',
    '--cache-dir',
    '--arch',
    '--keys-dir',
    '--repositories-file',
  ],
  yum: ['-c', '-x', '--enablerepo', '--disablerepo', '--installroot', '--setopt', '--exclude', '--releasever'],
  dnf: [
    '-c',
    '-x',
    '--enablerepo',
    '--disablerepo',
    '--installroot',
    '--setopt',
    '--exclude',
    '--releasever',
    '--repo',
  ],
  zypper: ['-r', '--repo', '-t', '--type', '--from'],
  pip: [
    '-r',
    '--requirement',
    '-c',
    '--constraint',
    '-i',
    '--index-url',
    '--extra-index-url',
    '-f',
    '--find-links',
    '-t',
    '--target',
    '--prefix',
    '--root',
    '--trusted-host',
    '--proxy',
    '--timeout',
    '--retries',
    '--platform',
    '--python-version',
    '--only-binary',
    '--no-binary',
    '--progress-bar',
    '--config-settings',
    '--cert',
    '--src',
    '-e',
    '--editable',
    '--progress',
    '--default-timeout',
    '--global-option',
    '--python',
    '--group',
  ],
  npm: [
    '--prefix',
    '--registry',
    '--loglevel',
    '-w',
    '--workspace',
    '--cache',
    '--omit',
    '--include',
    '-C',
    '--userconfig',
    '--fetch-timeout',
  ],
  yarn: [
    '--network-timeout',
    '--registry',
    '--cwd',
    '--modules-folder',
    '--cache-folder',
    '--network-concurrency',
    '--mutex',
  ],
  pnpm: ['--filter', '-F', '-C', '--dir', '--registry', '--store-dir', '--reporter'],
  gem: ['-v', '--version', '-i', '--install-dir', '-n', '--bindir', '-s', '--source', '-P'],
  cargo: [
    '--version',
    '--vers',
    '--git',
    '--tag',
    '--rev',
    '--branch',
    '--root',
    '--features',
    '-F',
    '--target',
    '--path',
    '--bin',
    '--index',
    '--registry',
    '--profile',
    '-j',
    '--target-dir',
    '--example',
  ],
  go: ['-ldflags', '-tags', '-o', '-gcflags', '-mod', '-modfile', '-p'],
  conda: ['-c', '--channel', '-n', '--name', '-p', '--prefix', '--file', '-f'],
};

function managerOf({ name, words }: ShellCommand): { manager: Manager; rest: readonly ShellWord[] } | undefined {
  if (/^pip[\d.]*$/.test(name)) return { manager: 'pip', rest: words };
  if (/^python[\d.]*$/.test(name) && words[0]?.value === '-m' && words[1]?.value === 'pip') {
    return { manager: 'pip', rest: words.slice(2) };
  }
  if (name === 'uv' && words[0]?.value === 'pip') return { manager: 'pip', rest: words.slice(1) };
  if (name === 'mamba' || name === 'micromamba') return { manager: 'conda', rest: words };
  if (Object.hasOwn(verbs, name)) return { manager: name as Manager, rest: words };
  return undefined;
}

export function installsOf(run: Run): Install[] {
  return run.commands.flatMap((command) => {
    const found = managerOf(command);
    if (!found) return [];
    const { manager, rest } = found;
    const takes = valued[manager] ?? [];
    const plain: ShellWord[] = [];
    const flags: string[] = [];
    for (let index = 0; index < rest.length; index += 1) {
      const word = rest[index];
      if (!word) break;
      if (word.value === '--') continue;
      if (!word.value.startsWith('-')) plain.push(word);
      else {
        flags.push(word.value);
        if (takes.includes(word.value)) {
          index += 1;
          flags.push(`${word.value} ${rest[index]?.value ?? ''}`);
        }
      }
    }
    const verb = plain[0] ?? {
      start: command.nameAt.start,
      end: command.nameAt.end,
      text: '',
      value: '',
      expansions: [],
    };
    if (!verbs[manager].includes(verb.value)) return [];
    if (verb.value === '' && flags.some((flag) => /^--?(version|help|v|h)$/.test(flag))) return [];
    let packages = plain.slice(1);
    if (verb.value === 'global') packages = packages.slice(1);
    return [{ run, command, manager, verb, flags, packages }];
  });
}

export function hasAnyFlag({ flags }: { flags: readonly string[] }, ...wanted: readonly string[]): boolean {
  return flags.some((flag) =>
    wanted.some((one) => flag === one || flag.startsWith(`${one}=`) || (isShort(one) && isShortGroup(flag, one))),
  );
}

const isShort = (flag: string): boolean => /^-[A-Za-z]$/.test(flag);

/** `-qy` holds `-y`. */
function isShortGroup(flag: string, wanted: string): boolean {
  return /^-[A-Za-z]{2,6}$/.test(flag) && flag.includes(wanted.slice(1));
}
