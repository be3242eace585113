import { AppError } from '#core';

export type PythonConfig = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Reads the dialect of Python's `RawConfigParser`, in which pip's files are written: `=` or `:`, whole-line `#` and `;`
 * comments, deeper-indented lines continue a value, keys without regard to case, `[DEFAULT]` counts in every section.
 * @throws AppError `settings.invalid` naming file and line
 */
export function parsePythonConfig(text: string, path: string): PythonConfig {
  const sections = new Map<string, Map<string, string[]>>();
  let section: Map<string, string[]> | undefined;
  let value: string[] | undefined;
  let keyIndent = 0;

  for (const [at, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const content = line.trim();
    if (content.startsWith('#') || content.startsWith(';')) continue;
    if (content === '') {
      value?.push('');
      continue;
    }
    const indent = line.length - line.trimStart().length;
    if (value !== undefined && indent > keyIndent) {
      value.push(content);
      continue;
    }
    keyIndent = indent;
    const header = /^\[(.+)\]/.exec(content)?.[1];
    if (header !== undefined) {
      if (header !== 'DEFAULT' && sections.has(header)) throw invalid(path, at, `[${header}] appears twice`);
      section = sections.get(header) ?? new Map();
      sections.set(header, section);
      value = undefined;
      continue;
    }
    if (section === undefined) throw invalid(path, at, 'it has no [section] above it');
    const [, name = '', rest = ''] = /^([^=:]*)[=:](.*)$/.exec(content) ?? [];
    const key = name.trim().toLowerCase();
    if (key === '') throw invalid(path, at, 'it is neither a [section] nor key = value');
    if (section.has(key)) throw invalid(path, at, `${key} appears twice`);
    value = [rest.trim()];
    section.set(key, value);
  }
  return withDefaults(sections);
}

function withDefaults(sections: Map<string, Map<string, string[]>>): PythonConfig {
  const defaults = sections.get('DEFAULT') ?? new Map<string, string[]>();
  const named = [...sections].filter(([name]) => name !== 'DEFAULT');
  return new Map(
    named.map(([name, values]) => [
      name,
      new Map([...defaults, ...values].map(([key, lines]) => [key, lines.join('\n').trimEnd()])),
    ]),
  );
}

// The line itself stays out of the message: it may hold a password.
function invalid(path: string, at: number, reason: string): AppError {
  return new AppError('settings.invalid', `Line ${at + 1} of ${path} is not valid: ${reason}.`, {
    hint: 'Correct the file; `pip config debug` shows how pip reads it.',
    params: { path, line: at + 1, reason },
  });
}
