export interface HtmlLink {
  readonly href: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The anchors of a PEP 503 page with their addresses made absolute against `<base href>` or the page. Reads the page once, whatever it holds. */
export function parseHtmlLinks(html: string, pageUrl: string): HtmlLink[] {
  let base = pageUrl;
  const links: HtmlLink[] = [];
  for (const { name, attributes } of tags(html)) {
    const href = attributes['href']?.trim();
    if (href === undefined || (name !== 'a' && name !== 'base')) continue;
    const address = name === 'base' ? pageUrl : base;
    if (!URL.canParse(href, address)) continue;
    if (name === 'base') base = new URL(href, address).href;
    else links.push({ href: new URL(href, address).href, attributes });
  }
  return links;
}

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

function* tags(html: string): Iterable<Tag> {
  let at = html.indexOf('<');
  while (at !== -1) {
    if (html.startsWith('<!--', at)) {
      const end = html.indexOf('-->', at + 4);
      if (end === -1) return;
      at = html.indexOf('<', end + 3);
      continue;
    }
    const name = match(/[a-z][a-z0-9]*/iy, html, at + 1)?.[0];
    if (name === undefined) {
      at = html.indexOf('<', at + 1);
      continue;
    }
    const { attributes, end } = readAttributes(html, at + 1 + name.length);
    yield { name: name.toLowerCase(), attributes };
    at = html.indexOf('<', end);
  }
}

function readAttributes(html: string, start: number): { attributes: Record<string, string>; end: number } {
  const attributes: Record<string, string> = Object.create(null);
  let at = start;
  while (at < html.length && html[at] !== '>') {
    const name = match(/[^\s"'<>/=]+/y, html, at)?.[0];
    if (name === undefined) {
      at += 1;
      continue;
    }
    at += name.length;
    const value = match(/\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))/y, html, at);
    if (value) at += value[0].length;
    attributes[name.toLowerCase()] ??= decodeEntities(value?.[1] ?? value?.[2] ?? value?.[3] ?? '');
  }
  return { attributes, end: at };
}

function match(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{1,8});/gi, (whole, entity: string) => {
    if (!entity.startsWith('#')) return characters[entity.toLowerCase()] ?? whole;
    const code = /^#x/i.test(entity) ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
