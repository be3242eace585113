import type { Attachment } from './use-turns.ts';

/** As many as the daemon takes with one question. */
export const mostAttached = 32;

type Named = Pick<Attachment, 'kind' | 'name'>;

export function isSame(a: Named, b: Named): boolean {
  return a.kind === b.kind && a.name === b.name;
}

/** Adds what is not among them, and takes out what is. */
export function toggled(attachments: readonly Attachment[], one: Named): readonly Attachment[] {
  const others = attachments.filter((other) => !isSame(other, one));
  return others.length < attachments.length ? others : [...attachments, { kind: one.kind, name: one.name }];
}

const kinds = ['file', 'container', 'image', 'volume', 'model', 'server'] as const;

/** `container:db` of an address, as what is attached. */
export function attachmentOf(text: string): Attachment | undefined {
  const colon = text.indexOf(':');
  const [word, name] = [text.slice(0, colon), text.slice(colon + 1)];
  const kind = kinds.find((one) => one === (word === 'dockerfile' ? 'file' : word));
  return colon === -1 || !kind || name === '' || name.length > 4096 ? undefined : { kind, name };
}
