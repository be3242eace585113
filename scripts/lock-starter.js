// Pins what the images of the starter catalogue are made of: src/mcp/starter/packages.json names packages and versions, this
// resolves everything they need and writes one lock for each, with the checksum of every package. Nothing is installed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const starter = fileURLToPath(new URL('../src/mcp/starter', import.meta.url));
const wanted = JSON.parse(readFileSync(join(starter, 'packages.json'), 'utf8'));
const only = process.argv.slice(2);

// Servers of PyPI: versions as the oldest Python resolves them, and of each package the files that every newer one needs.
const oldestPython = 11;
const newestPython = 14;
const machines = ['x86_64', 'aarch64'];

for (const [name, { package: packageName, version, registry }] of Object.entries(wanted)) {
  if (only.length > 0 && !only.includes(name)) continue;
  if (registry === 'pypi') {
    lockPython(name, packageName, version);
    continue;
  }
  const folder = mkdtempSync(join(tmpdir(), 'gantry-lock-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'lock', version: '1.0.0' }));
    npm(folder, 'install', '--package-lock-only', '--omit=dev', '--omit=optional', `${packageName}@${version}`);
    const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
    const used = Object.entries(packages).filter(
      ([path, one]) => path !== '' && !one.dev && !one.optional && !one.devOptional,
    );
    for (const [path, one] of used) {
      if (one.hasInstallScript) throw new Error(`${name}: ${path} needs an install script, which is never run`);
      if (!one.integrity?.startsWith('sha512-') || one.link) throw new Error(`${name}: ${path} has no checksum`);
    }
    const root = used.find(([path]) => path === `node_modules/${packageName}`)?.[1];
    const lock = {
      package: packageName,
      version,
      license: root.license,
      program: programOf(packageName, root.bin),
      node: root.engines?.node ?? '*',
      packages: used.map(([path, one]) => ({
        path,
        name: one.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
        version: one.version,
        integrity: one.integrity,
      })),
    };
    const text = JSON.stringify(lock, null, 2).replace(
      /\{\n\s+"path": (.*)\n\s+"name": (.*)\n\s+"version": (.*)\n\s+"integrity": (.*)\n\s+\}/g,
      '{ "path": $1 "name": $2 "version": $3 "integrity": $4 }',
    );
    writeFileSync(join(starter, 'locks', `${name}.json`), `${text}\n`);
    console.log(`${name}: ${packageName}@${version}, ${used.length} packages`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function npm(cwd, ...args) {
  execFileSync('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    stdio: 'inherit',
  });
}

function programOf(packageName, bin) {
  const path = typeof bin === 'string' ? bin : Object.values(bin ?? {})[0];
  if (path === undefined) throw new Error(`${packageName} has no program`);
  return `node_modules/${packageName}/${path.replace(/^\.\//, '')}`;
}

function lockPython(name, packageName, version) {
  const pinned = pip(`3.${oldestPython}`, 'x86_64', [`${packageName}==${version}`]);
  const requirements = pinned.map(({ metadata }) => `${metadata.name}==${metadata.version}`);
  const wheels = new Map();
  for (let minor = oldestPython; minor <= newestPython; minor += 1) {
    for (const machine of machines) {
      for (const { metadata, download_info: download } of pip(`3.${minor}`, machine, ['--no-deps', ...requirements])) {
        const file = decodeURIComponent(new URL(download.url).pathname.split('/').at(-1));
        const sha256 = download.archive_info?.hashes?.sha256;
        if (!sha256) throw new Error(`${name}: ${file} has no checksum`);
        const integrity = `sha256-${Buffer.from(sha256, 'hex').toString('base64')}`;
        wheels.set(file, { name: metadata.name, version: metadata.version, file, integrity });
      }
    }
  }
  const root = pinned.find(({ requested }) => requested)?.metadata;
  const lock = {
    package: packageName,
    version,
    license: root.license_expression ?? root.license ?? 'MIT',
    module: packageName.replaceAll('-', '_'),
    python: `3.${oldestPython}`,
    wheels: [...wheels.values()].sort((a, b) => (a.file < b.file ? -1 : 1)),
  };
  const text = JSON.stringify(lock, null, 2).replace(
    /\{\n\s+"name": (.*)\n\s+"version": (.*)\n\s+"file": (.*)\n\s+"integrity": (.*)\n\s+\}/g,
    '{ "name": $1 "version": $2 "file": $3 "integrity": $4 }',
  );
  writeFileSync(join(starter, 'locks', `${name}.json`), `${text}\n`);
  console.log(`${name}: ${packageName}==${version}, ${requirements.length} packages, ${wheels.size} files`);
}

function pip(python, machine, requirements) {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-lock-'));
  try {
    const report = join(folder, 'report.json');
    const platforms = ['manylinux_2_28', 'manylinux_2_17', 'manylinux2014'].flatMap((one) => [
      '--platform',
      `${one}_${machine}`,
    ]);
    const fixed = ['--dry-run', '--quiet', '--ignore-installed', '--only-binary=:all:', '--target', folder];
    execFileSync(
      'python3',
      ['-m', 'pip', 'install', ...fixed, '--report', report, '--python-version', python, ...platforms, ...requirements],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    return JSON.parse(readFileSync(report, 'utf8')).install;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
