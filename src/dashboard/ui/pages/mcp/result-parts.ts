/** A part of what a tool brought, as far as it may be shown. */
export type ResultPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly source: string; readonly type: string; readonly bytes: number }
  | { readonly kind: 'file'; readonly name: string; readonly type: string; readonly bytes: number }
  | { readonly kind: 'link'; readonly uri: string; readonly name: string; readonly text: string }
  | { readonly kind: 'resource'; readonly uri: string; readonly text: string }
  /** Whose message the parts after it are. */
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'other'; readonly json: string };

const mostParts = 500;
const mostImageChars = 24 * 1024 * 1024;
/** Pictures that are nothing but pixels; an SVG is a page. */
const pictures = /^image\/(?:png|jpeg|gif|webp)$/i;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** What a tool, a prompt or a resource brought, taken apart. */
export function resultParts(result: Readonly<Record<string, unknown>>): readonly ResultPart[] {
  const { content, messages, contents } = result;
  if (Array.isArray(messages)) return (messages as readonly unknown[]).slice(0, mostParts).flatMap(messageParts);
  if (Array.isArray(contents)) {
    return partsOf((contents as readonly unknown[]).map((resource) => ({ type: 'resource', resource })));
  }
  return partsOf(content);
}

function messageParts(message: unknown): readonly ResultPart[] {
  const { role, content } = (typeof message === 'object' && message !== null ? message : {}) as Readonly<
    Record<string, unknown>
  >;
  return [
    { kind: 'role', role: (textOf(role) ?? '').slice(0, 100) },
    ...partsOf(Array.isArray(content) ? content : [content]),
  ];
}

/** Takes a result apart. Whatever a server sends becomes text, pixels, or its size. */
export function partsOf(content: unknown): readonly ResultPart[] {
  if (!Array.isArray(content)) return [];
  return content.slice(0, mostParts).map(partOf);
}

function partOf(part: unknown): ResultPart {
  const { type, text, data, mimeType, uri, name, title, description, resource } = (
    typeof part === 'object' && part !== null ? part : {}
  ) as Readonly<Record<string, unknown>>;
  if (type === 'text' && typeof text === 'string') return { kind: 'text', text };
  if ((type === 'image' || type === 'audio') && typeof data === 'string')
    return media(data, String(mimeType), String(type));
  if (type === 'resource_link' && typeof uri === 'string') {
    const label = textOf(title) ?? textOf(name) ?? uri;
    return { kind: 'link', uri, name: label, text: textOf(description) ?? '' };
  }
  if (type === 'resource' && typeof resource === 'object' && resource !== null) {
    const inner = resource as Readonly<Record<string, unknown>>;
    const at = textOf(inner['uri']) ?? '';
    if (typeof inner['text'] === 'string') return { kind: 'resource', uri: at, text: inner['text'] };
    if (typeof inner['blob'] === 'string') return media(inner['blob'], String(inner['mimeType']), at);
  }
  return { kind: 'other', json: JSON.stringify(part, undefined, 2) ?? 'null' };
}

function media(data: string, mimeType: string, name: string): ResultPart {
  const bytes = Math.floor((data.length * 3) / 4);
  if (pictures.test(mimeType) && data.length <= mostImageChars && base64.test(data)) {
    return { kind: 'image', source: `data:${mimeType.toLowerCase()};base64,${data}`, type: mimeType, bytes };
  }
  return { kind: 'file', name, type: mimeType.slice(0, 100), bytes };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
