import type { PackageRequest } from '#contract';

export interface PackageForm {
  readonly gguf: string;
  readonly target: string;
  readonly mmproj: string;
  readonly chatTemplate: string;
  readonly license: string;
  readonly contextSize: string;
  readonly push: boolean;
}

type Field = Exclude<keyof PackageForm, 'push' | 'target'>;

/** What is wrong with a field; what it needs is the name of a text. */
export type Problems = Readonly<Partial<Record<Field | 'target', 'absolute' | 'positive'>>>;

/** The request, when the form is complete. */
export function packageRequestOf(form: PackageForm): { request: PackageRequest | undefined; problems: Problems } {
  const text = (name: keyof PackageForm): string => String(form[name]).trim();
  const paths = ['gguf', 'mmproj', 'chatTemplate', 'license'] as const;
  const contextSize = Number(text('contextSize'));
  const isBadSize = text('contextSize') !== '' && (!Number.isInteger(contextSize) || contextSize < 1);
  const problems: Problems = {
    ...Object.fromEntries(
      paths.filter((name) => text(name) !== '' && !isAbsolute(text(name))).map((name) => [name, 'absolute'] as const),
    ),
    ...(isBadSize && { contextSize: 'positive' as const }),
  };
  if (Object.keys(problems).length > 0 || text('gguf') === '' || text('target') === '') {
    return { request: undefined, problems };
  }
  return {
    problems,
    request: {
      gguf: text('gguf'),
      target: text('target'),
      ...(text('mmproj') && { mmproj: text('mmproj') }),
      ...(text('chatTemplate') && { chatTemplate: text('chatTemplate') }),
      ...(text('license') && { licenses: [text('license')] }),
      ...(text('contextSize') && { contextSize }),
      ...(form.push && { push: true }),
    },
  };
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[a-z]:[\\/]/i.test(path);
}

/** The command that does the same. */
export function packageCommand({
  gguf,
  target,
  license,
  chatTemplate,
  mmproj,
  contextSize,
  push,
}: PackageForm): string {
  const options = [
    `--gguf ${quoted(gguf) || 'FILE'}`,
    mmproj && `--mmproj ${quoted(mmproj)}`,
    chatTemplate && `--chat-template ${quoted(chatTemplate)}`,
    license && `--license ${quoted(license)}`,
    contextSize && `--context-size ${quoted(contextSize)}`,
    push && '--push',
  ].filter((option) => typeof option === 'string' && option !== '');
  return `gantry package ${options.join(' ')} ${quoted(target) || 'NAME'}`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
