import type { Command } from 'commander';
import { displayName } from '../commands/model-name.ts';
import type { CliContext } from '../context.ts';
import { completionVerbs } from './verbs.ts';
import { wantedAt, type Candidate } from './wanted.ts';

// The numbers of cobra too.
const directives = { files: 0, noFiles: 4 } as const;

/** How long a shell waits for the daemon. */
const limitMs = 2000;

/** Prints what may come next, a candidate a line, and how the shell is to treat them. Starts no daemon. */
export async function complete(context: CliContext, root: Command, argv: readonly string[]): Promise<number> {
  const [verb, ...words] = argv;
  const current = words.at(-1) ?? '';
  const { candidates, models, files } = wantedAt(root, words);
  const fitting = [
    ...candidates.filter(({ value }) => value.startsWith(current)),
    ...(models ? namesFor(await storedTags(context), current) : []),
  ];
  const lineOf = verb === completionVerbs.bare ? bareLine : describedLine;
  for (const one of fitting) context.print(`${lineOf(one)}\n`);
  context.print(`:${files ? directives.files : directives.noFiles}\n`);
  return 0;
}

function bareLine({ value }: Candidate): string {
  return value;
}

function describedLine({ value, description }: Candidate): string {
  return description === '' ? value : `${value}\t${description.replaceAll(/\s+/g, ' ')}`;
}

/** The shortest way to write each name that begins as typed. */
export function namesFor(tags: readonly string[], current: string): readonly Candidate[] {
  return tags.flatMap((tag) => {
    const forms = [displayName(tag), tag.replace(/^docker\.io\//, '').replace(/:latest$/, ''), tag];
    const value = forms.find((form) => form.startsWith(current));
    return value === undefined ? [] : [{ value, description: '' }];
  });
}

/** Whatever keeps them from being told, a line being typed is no place to say so. */
async function storedTags(context: CliContext): Promise<readonly string[]> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(limitMs)]);
  try {
    const { text } = await context.runningDaemon().stream({ path: '/models' }, { signal });
    let json = '';
    for await (const piece of text) json += piece;
    const { modelListBody } = await import('#contract');
    return modelListBody.parse(JSON.parse(json)).flatMap(({ tags }) => tags ?? []);
  } catch {
    return [];
  }
}
