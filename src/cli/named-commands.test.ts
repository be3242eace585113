import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { gantryPaths } from '#core';
import type { CliContext } from './context.ts';
import { en } from './messages/en.ts';
import { createTranslate } from './messages/translate.ts';
import { createProgram } from './program/create-program.ts';
import type { CliOptions } from './types.ts';

const context: CliContext = Object.assign(Object.create(null), {
  t: createTranslate(en),
  calledAs: { name: 'gantry', style: 'gantry' },
  env: {},
  paths: gantryPaths({ HOME: '/nowhere' }),
});
const { program } = createProgram(context, { env: {} } as CliOptions);

/** What stands for something that is only known later: a name, a value, a part of a line. */
const later = '\u0000';

/** The command lines that a text names: in a string of our source, in code of a document. */
function linesIn(text: string, { isDocument }: { readonly isDocument: boolean }): readonly string[] {
  const code = isDocument ? [...text.matchAll(/```[^]*?```|`[^`\n]+`/g)].map(([one]) => one).join('\n') : text;
  const plain = withoutParts(code).replaceAll(/\{\w+\}/g, later);
  return [...plain.matchAll(/(?<![\w./$~-])gantry ([a-z][^\n`'"’。，；：（）、|&;<>()\\]*)/g)].map(
    ([, line = '']) => line.split(/[.,:]?(?:\s#|[.,:] |[.,:]$)/)[0] ?? '',
  );
}

/** `${…}` is known later, with all that is in it. */
function withoutParts(text: string): string {
  const parts = /\$\{[^{}]*\}/g;
  let [before, after] = [text, text.replaceAll(parts, later)];
  while (after !== before) [before, after] = [after, after.replaceAll(parts, later)];
  return after;
}

/** Words that follow the name of the program in a sentence, or in a comment that it reads. */
const prose = /^(?:command takes|on PATH|entries$|ignore)/;

/** What of a line does not exist, or undefined. */
function missingOf(line: string): string | undefined {
  let command: Command = program;
  if (prose.test(line)) return undefined;
  let place = 0;
  let isValue = false;
  for (const word of line.trim().split(/ +/)) {
    if (['--', '…', '...'].includes(word)) return undefined;
    if (/^-./.test(word)) {
      const name = word.split('=')[0] ?? '';
      if (name.includes(later) || ['-h', '--help'].includes(name)) return undefined;
      const option = optionsOf(command).find(({ short, long }) => short === name || long === name);
      if (!option) return `${path(command)} has no ${name}`;
      isValue = option.required && !word.includes('=');
    } else if (isValue) isValue = false;
    else {
      const next = place === 0 ? command.commands.find((one) => namesOf(one).includes(word)) : undefined;
      if (next) command = next;
      else if (word.includes(later)) return undefined;
      else if (command.commands.length > 0 && command.registeredArguments.length === 0) {
        return `${path(command)} has no command ${word}`;
      } else place += 1;
    }
  }
  return undefined;
}

const namesOf = (command: Command): readonly string[] => [command.name(), ...command.aliases()];
const path = (command: Command): string =>
  command.parent ? `${path(command.parent)} ${command.name()}` : command.name();
/** A question goes to `gantry ai ask`, with its flags. */
const optionsOf = (command: Command): Command['options'] => [
  ...command.options,
  ...(command.commands.find((one) => one.name() === 'ask')?.options ?? []),
  ...(command.parent ? optionsOf(command.parent) : []),
];

const top = join(import.meta.dirname, '..', '..');

it('reads the commands that a text names, and finds those that do not exist', () => {
  const text = 'say `gantry mcp status --logs` or \'gantry mcp server enable ${names.join(" ")}\'; gantry lost: {name}';
  expect(linesIn(text, { isDocument: false })).toEqual(['mcp status --logs', `mcp server enable ${later}`, 'lost']);
  expect(linesIn(text, { isDocument: false }).map(missingOf)).toEqual([
    'gantry mcp status has no --logs',
    undefined,
    'gantry has no command lost',
  ]);
  expect(missingOf('mcp catalog sho x')).toBe('gantry mcp catalog has no command sho');
});

it.each([
  ['src', /^(?!.*\.test\.).*\.tsx?$/],
  ['docs', /\.md$/],
  ['.', /^(?:README|CHANGELOG)[^/]*\.md$/],
])('every command that %s names exists, with its flags', async (folder, pattern) => {
  const names = await readdir(join(top, folder), { recursive: folder !== '.' });
  const files = names.filter((name) => pattern.test(name));
  expect(files.length).toBeGreaterThan(0);
  const missing: string[] = [];
  for (const file of files) {
    const text = await readFile(join(top, folder, file), 'utf8');
    for (const line of linesIn(text, { isDocument: file.endsWith('.md') })) {
      const what = missingOf(line);
      if (what !== undefined) missing.push(`${file}: ${what} (${line})`);
    }
  }
  expect(missing).toEqual([]);
});
