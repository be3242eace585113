import ignore from 'ignore';

interface Level {
  /** With `/` at the end, or empty. */
  readonly folder: string;
  readonly matcher: ReturnType<typeof ignore>;
}

/** What `.gitignore` files say about paths, those of deeper folders last. */
export interface Ignored {
  /** Whether git leaves a path out; folders are asked about with `/` at the end. */
  has(path: string): boolean;
  /** With the patterns of one more folder, which lies below. */
  with(folder: string, text: string): Ignored;
}

const maxText = 256 * 1024;

export function createIgnored(levels: readonly Level[] = []): Ignored {
  return {
    has(path) {
      let ignored = false;
      for (const { folder, matcher } of levels) {
        if (!path.startsWith(folder)) continue;
        const inner = path.slice(folder.length);
        if (inner === '') continue;
        const said = matcher.test(inner);
        if (said.ignored) ignored = true;
        else if (said.unignored) ignored = false;
      }
      return ignored;
    },
    with(folder, text) {
      const matcher = ignore().add(text.slice(0, maxText));
      return createIgnored([...levels, { folder: folder === '' ? '' : `${folder}/`, matcher }]);
    },
  };
}
