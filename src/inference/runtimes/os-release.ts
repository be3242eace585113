const commands: readonly { ids: RegExp; command: (name: PackageName) => string }[] = [
  { ids: /^(debian|ubuntu|linuxmint|pop|raspbian)$/, command: (name) => `apt-get install ${debian[name]}` },
  { ids: /^(fedora|rhel|centos|rocky|almalinux|ol|amzn)$/, command: (name) => `dnf install ${fedora[name]}` },
  { ids: /^(opensuse.*|sles|suse)$/, command: (name) => `zypper install ${suse[name]}` },
  { ids: /^(arch|manjaro|endeavouros)$/, command: (name) => `pacman -S ${arch[name]}` },
  { ids: /^alpine$/, command: (name) => `apk add ${alpine[name]}` },
];

/** Things a runtime needs from the distribution, by a name of ours. */
export type PackageName = 'python3' | 'openmp' | 'c++';

const debian: Record<PackageName, string> = { python3: 'python3', openmp: 'libgomp1', 'c++': 'libstdc++6' };
const fedora: Record<PackageName, string> = { python3: 'python3.12', openmp: 'libgomp', 'c++': 'libstdc++' };
const suse: Record<PackageName, string> = { python3: 'python312', openmp: 'libgomp1', 'c++': 'libstdc++6' };
const arch: Record<PackageName, string> = { python3: 'python', openmp: 'gcc-libs', 'c++': 'gcc-libs' };
const alpine: Record<PackageName, string> = { python3: 'python3', openmp: 'libgomp', 'c++': 'libstdc++' };

const inWords: Record<PackageName, string> = {
  python3: 'Python 3.10 or newer',
  openmp: 'the OpenMP library (libgomp)',
  'c++': 'the C++ library (libstdc++)',
};

/** One sentence: how to install it on the distribution that /etc/os-release describes. */
export function installHint(name: PackageName, osRelease: string): string {
  const ids = osReleaseIds(osRelease);
  for (const { ids: pattern, command } of commands) {
    if (ids.some((id) => pattern.test(id))) return `Install it with: ${command(name)}.`;
  }
  return `Install ${inWords[name]}.`;
}

function osReleaseIds(text: string): readonly string[] {
  return [...text.matchAll(/^(?:ID|ID_LIKE)=(.*)$/gm)].flatMap(([, value]) =>
    (value ?? '').replaceAll(/["']/g, '').trim().toLowerCase().split(/\s+/),
  );
}
