import type { CreateVolumeRequest } from '#contract';

/** What the form holds, as it is typed. */
export interface VolumeForm {
  readonly name: string;
  readonly driver: string;
  readonly options: string;
  readonly labels: string;
}

export const emptyForm: VolumeForm = { name: '', driver: '', options: '', labels: '' };

export interface ReadForm {
  /** Undefined while something is refused or missing. */
  readonly request: CreateVolumeRequest | undefined;
  readonly isNameGood: boolean;
  readonly isDriverGood: boolean;
  /** Lines that are no NAME=value. */
  readonly refused: { readonly options: readonly string[]; readonly labels: readonly string[] };
  readonly command: string;
}

const nameForm = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}$/;
const driverForm = /^[a-zA-Z0-9][\w./:-]{0,254}$/;

/** What the form asks for, and the command that does the same. */
export function readForm(form: VolumeForm): ReadForm {
  const [name, driver] = [form.name.trim(), form.driver.trim()];
  const options = readPairs(form.options);
  const labels = readPairs(form.labels);
  const isNameGood = nameForm.test(name);
  const isDriverGood = driver === '' || driverForm.test(driver);
  const isGood = isNameGood && isDriverGood && options.refused.length === 0 && labels.refused.length === 0;
  const argv = [
    ...(driver === '' ? [] : ['--driver', driver]),
    ...Object.entries(options.pairs).flatMap(([key, value]) => ['--opt', `${key}=${value}`]),
    ...Object.entries(labels.pairs).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    name === '' ? 'NAME' : name,
  ];
  return {
    isNameGood,
    isDriverGood,
    refused: { options: options.refused, labels: labels.refused },
    command: `docker volume create ${argv.map(quoted).join(' ')}`,
    request: isGood
      ? {
          name,
          ...(driver !== '' && { driver }),
          ...(Object.keys(options.pairs).length > 0 && { options: options.pairs }),
          ...(Object.keys(labels.pairs).length > 0 && { labels: labels.pairs }),
        }
      : undefined,
  };
}

function readPairs(text: string): { readonly pairs: Record<string, string>; readonly refused: readonly string[] } {
  const found: [string, string][] = [];
  const refused: string[] = [];
  for (const line of text.split('\n').map((one) => one.trim())) {
    const equals = line.indexOf('=');
    if (equals > 0) found.push([line.slice(0, equals), line.slice(equals + 1)]);
    else if (line !== '') refused.push(line);
  }
  return { pairs: Object.fromEntries(found), refused };
}

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
