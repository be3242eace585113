// Completes package-lock.json with the optional packages of other platforms. A registry that does not hold them makes npm leave
// them out, and `npm ci` then refuses the lock here and installs too little elsewhere. Run after every change of dependencies.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import process from 'node:process';

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(path, 'utf8'));

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'arm'];

/** What npm needs to know to skip a package on other platforms, read from its name: `@oxlint/binding-linux-arm64-musl`. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (!os || !cpu) return undefined;
  const libc = os === 'linux' && words.some((word) => word.startsWith('musl')) ? ['musl'] : undefined;
  const gnu = os === 'linux' && words.some((word) => word.startsWith('gnu')) ? ['glibc'] : undefined;
  return { cpu: [cpu], os: [os], ...((libc ?? gnu) && { libc: libc ?? gnu }) };
}

const added = [];
for (const [parent, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${parent}/node_modules/${name}`;
    const hoisted = `node_modules/${name}`;
    if (lock.packages[nested] || lock.packages[hoisted]) continue;
    const platform = platformOf(name);
    if (!platform) continue;
    lock.packages[hoisted] = { version, ...platform, ...(entry.dev && { dev: true }), optional: true };
    added.push(`${name}@${version}`);
  }
}

if (added.length > 0) {
  const { '': self, ...rest } = lock.packages;
  lock.packages = { '': self, ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))) };
  writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`);
}
process.stdout.write(`${added.length} entries added\n`);
