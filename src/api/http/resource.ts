import { AppError } from '#core';

export interface Resource {
  /** Decoded. */
  readonly name: string;
  /** What stands after it; undefined for the thing itself. */
  readonly action: string | undefined;
}

const longestName = 512;

/** `/gantry/containers/NAME/ACTION`, where the name is one percent-encoded segment. */
export function matchResource(path: string, prefix: string): Resource | undefined {
  if (!path.startsWith(`${prefix}/`)) return undefined;
  const [encoded = '', action, ...more] = path.slice(prefix.length + 1).split('/');
  if (encoded === '' || more.length > 0 || action === '') return undefined;
  const name = decodeURIComponent(encoded);
  // Names become a segment of the Engine's path: dots alone would be another one.
  if (name.length > longestName || /^\.{1,2}$/.test(name) || /\p{Cc}/u.test(name)) {
    throw new AppError('request.invalid', 'The path does not name anything that Docker could have.', {
      params: { param: 'name', expected: 'a name or id' },
    });
  }
  return { name, action };
}

/** A whole number of the query. @throws AppError `request.invalid` */
export function wholeNumber(
  query: URLSearchParams,
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  const given = query.get(name);
  if (given === null) return undefined;
  const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
  if (value >= least && value <= most) return value;
  const expected = `a whole number from ${least} to ${most}`;
  throw new AppError('request.invalid', `${name} must be ${expected}.`, { params: { param: name, expected } });
}

/** A thing that takes data with it is removed only when its name is said a second time. @throws AppError `request.invalid` */
export function requireConfirmation(query: URLSearchParams, name: string): void {
  if (query.get('confirm') === name) return;
  throw new AppError('request.invalid', `confirm must be ${name}.`, {
    hint: 'What is removed cannot be brought back; say its name a second time.',
    params: { param: 'confirm', expected: name.slice(0, 300) },
  });
}
