import type { PackageRequest } from '#contract';

export type PackageSource = 'gguf' | 'safetensorsDir' | 'dduf' | 'from';

export interface PackageForm {
  readonly source: PackageSource;
  /** A path of the daemon's machine; of `from`, the name of a model. */
  readonly weights: string;
  readonly target: string;
  readonly mmproj: string;
  readonly chatTemplate: string;
  /** A path a line. */
  readonly licenses: string;
  readonly contextSize: string;
  /** Empty is the source's own, or Docker's. */
  readonly format: '' | 'docker' | 'cncf';
  readonly push: boolean;
}

export type TextField = 'weights' | 'target' | 'mmproj' | 'chatTemplate' | 'licenses' | 'contextSize';

/** What is wrong with a field; what it needs is the name of a text. */
export type Problems = Readonly<Partial<Record<TextField, 'absolute' | 'positive'>>>;

/** The request, when the form is complete. */
export function packageRequestOf(form: PackageForm): { request: PackageRequest | undefined; problems: Problems } {
  const { source, format, push } = form;
  const [weights, target, mmproj, chatTemplate] = [form.weights, form.target, form.mmproj, form.chatTemplate].map(
    (text) => text.trim(),
  ) as [string, string, string, string];
  const licenses = linesOf(form.licenses);
  const isBadPath = (path: string): boolean => path !== '' && !isAbsolute(path);
  const contextSize = Number(form.contextSize);
  const isBadSize = form.contextSize.trim() !== '' && (!Number.isInteger(contextSize) || contextSize < 1);
  const problems: Problems = {
    ...(source !== 'from' && isBadPath(weights) && { weights: 'absolute' as const }),
    ...(isBadPath(mmproj) && { mmproj: 'absolute' as const }),
    ...(isBadPath(chatTemplate) && { chatTemplate: 'absolute' as const }),
    ...(licenses.some(isBadPath) && { licenses: 'absolute' as const }),
    ...(isBadSize && { contextSize: 'positive' as const }),
  };
  if (Object.keys(problems).length > 0 || weights === '' || target === '') return { request: undefined, problems };
  return {
    problems,
    request: {
      [source]: weights,
      target,
      ...(mmproj && { mmproj }),
      ...(chatTemplate && { chatTemplate }),
      ...(licenses.length > 0 && { licenses: [...licenses] }),
      ...(form.contextSize.trim() && { contextSize }),
      ...(format && { format }),
      ...(push && { push: true }),
    },
  };
}

export interface PathWish {
  readonly kind: 'folder' | 'file';
  readonly endings?: readonly string[];
  readonly start: string | undefined;
}

/** What a field's path may lead to, and where to look for it first: beside the weights. Undefined for what is no path. */
export function pathWish(form: PackageForm, field: TextField): PathWish | undefined {
  const beside = form.source === 'from' ? '' : form.weights.replace(/[^/]*$/, '');
  const wish = (value: string, endings?: readonly string[]): PathWish => ({
    kind: 'file',
    ...(endings && { endings }),
    start: [value.trim(), beside].find((path) => path.startsWith('/')),
  });
  switch (field) {
    case 'weights':
      if (form.source === 'from') return undefined;
      if (form.source === 'safetensorsDir') return { ...wish(form.weights), kind: 'folder' };
      return wish(form.weights, [form.source === 'gguf' ? '.gguf' : '.dduf']);
    case 'mmproj':
      return wish(form.mmproj, ['.gguf']);
    case 'chatTemplate':
      return wish(form.chatTemplate);
    case 'licenses':
      return wish(linesOf(form.licenses).at(-1) ?? '');
    case 'target':
    case 'contextSize':
      return undefined;
  }
}

/** A path that was chosen takes the place of the one before; licences are several. */
export function withPath(form: PackageForm, field: TextField, path: string): Partial<PackageForm> {
  if (field !== 'licenses') return { [field]: path };
  return { licenses: [...new Set([...linesOf(form.licenses), path])].join('\n') };
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[a-z]:[\\/]/i.test(path);
}

const sourceFlags = { gguf: '--gguf', safetensorsDir: '--safetensors-dir', dduf: '--dduf', from: '--from' } as const;

/** The command that does the same. */
export function packageCommand(form: PackageForm): string {
  const { source, weights, mmproj, chatTemplate, licenses, contextSize, format, push, target } = form;
  const options = [
    `${sourceFlags[source]} ${quoted(weights) || (source === 'from' ? 'MODEL' : 'PATH')}`,
    mmproj && `--mmproj ${quoted(mmproj)}`,
    chatTemplate && `--chat-template ${quoted(chatTemplate)}`,
    ...linesOf(licenses).map((path) => `--license ${quoted(path)}`),
    contextSize && `--context-size ${quoted(contextSize)}`,
    format && `--format ${format}`,
    push && '--push',
  ].filter((option) => typeof option === 'string' && option !== '');
  return `gantry package ${options.join(' ')} ${quoted(target) || 'NAME'}`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
