import { AppError } from '#core';
import { parseShell } from './parse-shell.ts';

/**
 * A rule names a tool, and what it is used on: `shell(docker ps *)`, `write_file(src/**)`, `mcp:github`. In a shell rule the words
 * must be those of every simple command of a plain list; `*` at the end stands for any further words.
 */
export interface PermissionRule {
  readonly text: string;
  readonly tool: string;
  readonly pattern: string | undefined;
}

const form = /^([a-z][\w:.-]*)(?:\((.+)\))?$/i;

/** @throws AppError `settings.invalid` */
export function parseRule(text: string): PermissionRule {
  const parts = form.exec(text.trim());
  if (!parts?.[1]) {
    throw new AppError('settings.invalid', `"${text}" is not a rule for the assistant.`, {
      hint: 'Rules look like: read_file, write_file(src/**), shell(docker ps *)',
      params: { rule: text },
    });
  }
  return { text: text.trim(), tool: parts[1], pattern: parts[2] };
}

/** What is asked to be done, as rules see it. */
export interface RuleSubject {
  readonly tool: string;
  /** Of a shell: its script. */
  readonly script?: string | undefined;
  /** Paths below the project, or names of objects: the rule must match each. */
  readonly targets: readonly string[];
}

/** Whether a rule that allows covers all of the subject. */
export function covers(rule: PermissionRule, subject: RuleSubject): boolean {
  if (rule.tool !== subject.tool) return false;
  if (rule.pattern === undefined) return true;
  if (subject.script !== undefined) return coversScript(rule.pattern, subject.script);
  return subject.targets.length > 0 && subject.targets.every((target) => glob(rule.pattern ?? '').test(target));
}

/** Whether a rule that forbids or asks touches any of the subject. What cannot be read is taken as touched. */
export function touches(rule: PermissionRule, subject: RuleSubject): boolean {
  if (rule.tool !== subject.tool) return false;
  const { pattern } = rule;
  if (pattern === undefined) return true;
  if (subject.script === undefined) return subject.targets.some((target) => glob(pattern).test(target));
  const { commands, composition } = parseShell(subject.script);
  return composition.length > 0 || commands.some(({ words }) => matchesWords(pattern, words, { unknownMatches: true }));
}

function coversScript(pattern: string, script: string): boolean {
  const { commands, composition } = parseShell(script);
  return (
    composition.length === 0 && commands.every(({ words }) => matchesWords(pattern, words, { unknownMatches: false }))
  );
}

function matchesWords(
  pattern: string,
  words: readonly (string | undefined)[],
  { unknownMatches }: { readonly unknownMatches: boolean },
): boolean {
  const wanted = pattern.trim().split(/\s+/);
  const open = wanted.at(-1) === '*';
  if (open) wanted.pop();
  if (open ? words.length < wanted.length : words.length !== wanted.length) return false;
  return wanted.every((word, index) => words[index] === word || (words[index] === undefined && unknownMatches));
}

/** `*` is anything but a slash, `**` anything. */
function glob(pattern: string): RegExp {
  const source = pattern
    .split('**')
    .map((part) => part.split('*').map(escapeText).join('[^/]*'))
    .join('.*');
  return new RegExp(`^${source}$`, 's');
}

function escapeText(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}
