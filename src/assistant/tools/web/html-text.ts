import { Parser } from 'htmlparser2';

const silent = new Set([
  'script',
  'style',
  'template',
  'noscript',
  'svg',
  'math',
  'iframe',
  'object',
  'head',
  'textarea',
]);
const blocks = new Set(
  'p div section article main header footer nav aside ul ol li dl dt dd table tr td th pre blockquote h1 h2 h3 h4 h5 h6 br hr form figure'.split(
    ' ',
  ),
);
/** Nested deeper, a page is built to break readers. */
const maxDepth = 2000;

/** What a page says, without markup: nothing hidden, no addresses of pictures, links as their text. */
export function htmlText(html: string): string {
  const parts: string[] = [];
  let title = '';
  let inTitle = false;
  /** Depth at which something began that is not shown. */
  let hiddenAt: number | undefined;
  let depth = 0;
  const isOpen = new Map<string, number>();
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth += 1;
        isOpen.set(name, (isOpen.get(name) ?? 0) + 1);
        if (name === 'title') inTitle = true;
        if (hiddenAt === undefined && depth < maxDepth && (silent.has(name) || isHidden(attributes))) hiddenAt = depth;
        if (blocks.has(name)) parts.push('\n');
        if (name === 'li') parts.push('- ');
        if (/^h[1-6]$/.test(name)) parts.push(`${'#'.repeat(Number(name[1]))} `);
      },
      ontext(text) {
        if (inTitle) title += text;
        else if (hiddenAt === undefined) parts.push((isOpen.get('pre') ?? 0) > 0 ? text : text.replaceAll(/\s+/g, ' '));
      },
      onclosetag(name) {
        if (name === 'title') inTitle = false;
        if (hiddenAt === depth) hiddenAt = undefined;
        depth -= 1;
        isOpen.set(name, Math.max(0, (isOpen.get(name) ?? 1) - 1));
        // An item ends where the next begins.
        if (blocks.has(name) && name !== 'li') parts.push('\n');
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.write(html);
  parser.end();
  const body = parts
    .join('')
    .replaceAll(/[ \t]+\n/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  const head = title.replaceAll(/\s+/g, ' ').trim();
  return head === '' ? body : `${head}\n\n${body}`;
}

/** What a reader of the page would not see is no part of it. */
function isHidden(attributes: Readonly<Record<string, string>>): boolean {
  const style = (attributes['style'] ?? '').replaceAll(/\s/g, '').toLowerCase();
  return (
    'hidden' in attributes ||
    attributes['aria-hidden'] === 'true' ||
    /display:none|visibility:hidden|opacity:0(?![.\d])|font-size:0(?![.\d])/.test(style)
  );
}
