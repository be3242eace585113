import type { Attachment, Input, SessionFacts } from '../state/types.ts';
import type { TuiDeps } from '../types.ts';

const objects = /^(container|image|volume|model):(\S+)$/;

/** `/attach`: an object of Docker by its kind and name, or a file of the working directory, which must be there. */
export async function attach(rest: string, deps: TuiDeps, session: SessionFacts): Promise<readonly Input[]> {
  if (rest === '') return [{ type: 'notice', level: 'info', saying: { key: 'tui.attachHow' } }];
  const object = objects.exec(rest);
  const path = rest.replace(/^@/, '').replace(/^"([^]*)"$/, '$1');
  const attachment: Attachment = object
    ? { kind: object[1] as 'container' | 'image' | 'volume' | 'model', name: object[2] ?? '' }
    : { kind: 'file', name: path };
  if (!object && !(await isFile(path, deps, session))) {
    const values = { path, directory: session.workingDirectory };
    return [{ type: 'notice', level: 'warning', saying: { key: 'tui.noSuchFile', values } }];
  }
  return [{ type: 'attached', attachment }];
}

const mention = /(?<=^|\s)@(?:"([^"\n]+)"|([^\s"]+))/g;

/** Files that a question names with `@` and that are there. A `@somebody` is no file and stays a word. */
export async function mentionedFiles(
  text: string,
  deps: TuiDeps,
  session: SessionFacts,
): Promise<readonly Attachment[]> {
  const named = new Set([...text.matchAll(mention)].map((match) => match[1] ?? match[2] ?? '').slice(0, 16));
  const found: Attachment[] = [];
  for (const word of named) {
    // `@app.ts,` ends with a sign of the sentence.
    const candidates = [word, word.replace(/[.,;:!?，。；：！？]+$/u, '')];
    for (const name of new Set(candidates)) {
      if (name === '' || !(await isFile(name, deps, session))) continue;
      found.push({ kind: 'file', name });
      break;
    }
  }
  return found;
}

async function isFile(path: string, { client }: TuiDeps, { workingDirectory }: SessionFacts): Promise<boolean> {
  const { paths } = await client.files(workingDirectory, path);
  return paths.includes(path);
}
