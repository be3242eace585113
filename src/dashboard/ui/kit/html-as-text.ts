/** As much of a Markdown tree as is looked at here. */
interface Node {
  type: string;
  value?: string;
  children?: Node[];
}

/** `text`: HTML is shown as it was written. `tagless`: its tags and comments go, as in documents that use them for layout. */
export type HtmlShown = 'text' | 'tagless';

/** For remark: makes HTML plain text, so that nothing of it acts and nothing that it says is lost. */
export function htmlAsText(shown: HtmlShown): () => (tree: Node) => void {
  return () => (tree) => {
    // Trees of strangers may be deep: no recursion.
    const open: Node[] = [tree];
    for (let parent = open.pop(); parent; parent = open.pop()) {
      const { children } = parent;
      if (!children) continue;
      const isInLine = parent.type === 'paragraph' || children.some(({ type }) => inLine.has(type));
      parent.children = children.map((node) => {
        if (node.type !== 'html') return node;
        const text = shown === 'text' ? (node.value ?? '') : withoutTags(node.value ?? '');
        return isInLine ? { type: 'text', value: text } : { type: 'paragraph', children: linesOf(text) };
      });
      open.push(...parent.children);
    }
  };
}

/** What stands only where HTML is a part of a line. */
const inLine = new Set(['text', 'emphasis', 'strong', 'delete', 'inlineCode', 'link', 'image', 'break']);

function linesOf(text: string): Node[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line, index): Node[] => [...(index === 0 ? [] : [{ type: 'break' }]), { type: 'text', value: line }]);
}

/** What is between tags and outside of comments. Whatever is no whole tag is text. Linear in its length. */
export function withoutTags(html: string): string {
  const lastEnd = html.lastIndexOf('-->');
  let text = '';
  let rest = 0;
  for (let start = html.indexOf('<'); start !== -1; start = html.indexOf('<', Math.max(rest, start + 1))) {
    const end = html.startsWith('<!--', start) ? endOfComment(html, { start, lastEnd }) : endOfTag(html, start);
    if (end === undefined) continue;
    text += html.slice(rest, start);
    rest = end;
  }
  return text + html.slice(rest);
}

function endOfComment(html: string, { start, lastEnd }: { start: number; lastEnd: number }): number | undefined {
  return lastEnd < start + 4 ? undefined : html.indexOf('-->', start + 4) + 3;
}

const tag = /^<\/?[a-z][^<>]*>/i;

function endOfTag(html: string, start: number): number | undefined {
  const next = html.indexOf('<', start + 1);
  const found = tag.exec(html.slice(start, next === -1 ? undefined : next));
  return found ? start + found[0].length : undefined;
}
