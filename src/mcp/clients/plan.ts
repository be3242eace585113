import { isDeepStrictEqual } from 'node:util';
import { createTwoFilesPatch } from 'diff';
import type { JsonObject } from '../types.ts';
import { argvOf, gatewayOf } from './entries.ts';
import { ConfigTextError, type ConfigFormat } from './formats/config-text.ts';

/** What one change of ours did to a file; undefined stands for no file. */
export interface PastChange {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface EntryPlan {
  readonly format: ConfigFormat;
  /** The name of our entry. */
  readonly entry: string;
}

/** The text with our entry in it; the same text when it says so already. */
export function connectedText(text: string | undefined, { format, entry }: EntryPlan, value: JsonObject): string {
  const present = text ?? '';
  return isDeepStrictEqual(format.read(present).servers.get(entry), value)
    ? present
    : format.set(present, entry, value);
}

/** Names of the entries that start a gateway: ours by its name, and commands that somebody gave another one. */
export function gatewayEntries(text: string, { format, entry }: EntryPlan): readonly string[] {
  const servers = [...format.read(text).servers];
  return servers.filter(([name, one]) => name === entry || gatewayOf(argvOf(one))).map(([name]) => name);
}

/**
 * The text without what connects it. What our own changes did is undone to the byte, also when the rest of the file was edited since;
 * entries of others are taken out where they are. Undefined: there was no file before us.
 */
export function disconnectedText(text: string, plan: EntryPlan, past: readonly PastChange[]): string | undefined {
  const restored = rewound(text, plan, past);
  if (restored !== text) return restored;
  return (
    unspliced(text, plan, past) ??
    gatewayEntries(text, plan).reduce((left, name) => plan.format.remove(left, name), text)
  );
}

/** As far back as our changes lead from exactly this text, when nothing is connected there. */
function rewound(text: string, plan: EntryPlan, past: readonly PastChange[]): string | undefined {
  let at: string | undefined = text;
  for (const { before, after } of past.toReversed()) {
    if (at === undefined || isFree(at, plan)) break;
    if (after === at) at = before;
  }
  return at === undefined || isFree(at, plan) ? at : text;
}

/** Our last change taken back inside a text that has become another one since. */
function unspliced(text: string, plan: EntryPlan, past: readonly PastChange[]): string | undefined {
  const last = past.findLast(
    (change): change is { before: string; after: string } =>
      change.before !== undefined && change.after !== undefined && isFree(change.before, plan),
  );
  if (!last) return undefined;
  const { old, added } = spliceOf(last.before, last.after);
  const [head, tail, ...more] = added === '' ? [] : text.split(added);
  if (head === undefined || tail === undefined || more.length > 0) return undefined;
  const candidate = head + old + tail;
  return isFree(candidate, plan) && sameOthers(text, candidate, plan) ? candidate : undefined;
}

/** What was between the beginning and the end that two texts share, in each. */
function spliceOf(before: string, after: string): { readonly old: string; readonly added: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { old: before.slice(start, before.length - end), added: after.slice(start, after.length - end) };
}

function isFree(text: string, plan: EntryPlan): boolean {
  try {
    return gatewayEntries(text, plan).length === 0;
  } catch (error) {
    if (error instanceof ConfigTextError) return false;
    throw error;
  }
}

function sameOthers(text: string, other: string, { format, entry }: EntryPlan): boolean {
  const [one, two] = [format.read(text), format.read(other)];
  const gone = new Set(gatewayEntries(text, { format, entry }));
  const kept = new Map([...one.servers].filter(([name]) => !gone.has(name)));
  return isDeepStrictEqual(one.rest, two.rest) && isDeepStrictEqual(kept, two.servers);
}

/** The change as `diff -u` tells it; empty when there is none. */
export function diffOf(file: string, { before, after }: PastChange): string {
  if (before === after) return '';
  const names = [before === undefined ? '/dev/null' : file, after === undefined ? '/dev/null' : file] as const;
  const patch = createTwoFilesPatch(...names, before ?? '', after ?? '', undefined, undefined, { context: 3 });
  return patch.replace(/^(?:Index: .*\n)?=+\n/, '');
}
