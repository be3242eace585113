import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { errorsZh, type ErrorText } from './errors-zh.ts';

const source = fileURLToPath(new URL('../', import.meta.url));

interface Thrown {
  readonly code: string;
  readonly reason: string;
  readonly params: readonly string[];
  /** Whether more is in it than can be read here. */
  readonly isOpen: boolean;
  readonly file: string;
}

/** Errors that are made with a code and a reason spelled out. */
function thrownIn(file: string): readonly Thrown[] {
  const text = readFileSync(join(source, file), 'utf8');
  return [...text.matchAll(/\bnew AppError\(/g)].flatMap(({ index }) => {
    const call = callAt(text, index);
    const code = /^new AppError\(\s*'([\w.]+)'/.exec(call)?.[1];
    const params = /\bparams: \{([^{}]*)\}/.exec(call)?.[1];
    const reason = /\breason: '(\w+)'/.exec(params ?? '')?.[1];
    if (code === undefined || params === undefined || reason === undefined) return [];
    const names = params.split(',').flatMap((one) => /^\s*(\w+)\s*(?::|$)/.exec(one)?.[1] ?? []);
    return [{ code, reason, params: names, isOpen: params.includes('...'), file }];
  });
}

/** To the bracket that closes it. */
function callAt(text: string, start: number): string {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (text[at] === ')' && depth === 0) return text.slice(start, at + 1);
  }
  return text.slice(start);
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !/(^|\/)testing\//.test(file),
);
const nameOf = ({ code, reason }: Thrown): string => `${code} ${reason}`;
const thrown = files.flatMap(thrownIn);
/** Of other areas, told in English still. None may come to them. */
const untranslated = new Set([
  'backend.failed no_models',
  'backend.failed no_props',
  'docker.failed frames',
  'docker.failed no_compose',
  'docker.failed no_docker_command',
  'docker.failed size',
  'docker.failed timeout',
  'docker.failed too_large',
  'docker.unavailable context',
  'docker.unavailable no_engine',
  'inference.unsupported context',
  'inference.unsupported no_images',
  'install.conflict exists',
  'model.unsupported no_chat',
  'request.forbidden bridge',
  'request.forbidden git',
  'request.forbidden link',
  'request.forbidden other_page',
  'request.invalid arguments',
  'request.invalid binary',
  'request.invalid changed',
  'request.invalid depth',
  'request.invalid edit',
  'request.invalid expression',
  'request.invalid file_not_written',
  'request.invalid folder',
  'request.invalid image_url',
  'request.invalid no_file',
  'request.invalid no_fix',
  'request.invalid osv',
  'request.invalid path',
  'request.invalid project_language',
  'request.invalid runtime_flag',
  'request.not_found dashboard',
  'request.not_found folder',
  'request.not_found no_runtime',
  'request.too_large session',
  'runtime.not_found unusable',
  'runtime.not_installed no_interpreter',
  'settings.invalid flag_contradicts_setting',
  'settings.invalid network_needs_key',
  'settings.invalid sigstore_root',
]);
const textsOf = (code: string): readonly ErrorText[] =>
  Object.entries(errorsZh).find(([known]) => known === code)?.[1] ?? [];

describe('an error that is made with a reason', () => {
  it('is one of many, and what is untranslated is among them', () => {
    expect(thrown.length).toBeGreaterThan(150);
    const names = new Set(thrown.map(nameOf));
    expect([...untranslated].filter((name) => !names.has(name))).toEqual([]);
  });

  it.each(thrown.map((one) => [nameOf(one), one] as const).filter(([name]) => !untranslated.has(name)))(
    '%s has Chinese words',
    (_name, one) => {
      const texts = textsOf(one.code).filter(({ reason }) => reason === one.reason);
      expect(texts.length, one.file).toBeGreaterThan(0);
      if (one.isOpen) return;
      const wanted = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      const fits = texts.some(({ text, hint = '' }) => wanted(text + hint).every((name) => one.params.includes(name)));
      expect(fits, `${one.file}: values that the words need`).toBe(true);
    },
  );
});
