import type { RecipeBody, RecipeWishesBody } from '#contract';

/** What the form holds, as it is typed. Empty means: as the recipe says. */
export interface WishForm {
  readonly name: string;
  readonly memory: string;
  readonly env: string;
  /** By container port. */
  readonly ports: Readonly<Record<string, string>>;
  readonly isPublic: boolean;
}

export const noWishes: WishForm = { name: '', memory: '', env: '', ports: {}, isPublic: false };

/** The form as the daemon is asked. Lines that are no variable are left out of it, and named. */
export function wishesFrom(form: WishForm): { readonly wishes: RecipeWishesBody; readonly refused: readonly string[] } {
  const refused: string[] = [];
  const env: Record<string, string> = {};
  for (const line of form.env.split('\n')) {
    const match = /^\s*([A-Za-z_][\w.]*)=(.*)$/.exec(line);
    if (match?.[1] !== undefined) env[match[1]] = match[2] ?? '';
    else if (line.trim() !== '') refused.push(line.trim());
  }
  const ports: Record<string, number> = {};
  for (const [port, text] of Object.entries(form.ports)) {
    const host = Number(text);
    if (text.trim() === '') continue;
    if (Number.isInteger(host) && host >= 1 && host <= 65_535) ports[port] = host;
    else refused.push(text);
  }
  return {
    refused,
    wishes: {
      ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
      ...(form.memory.trim() === '' ? {} : { memory: form.memory.trim() }),
      ...(Object.keys(env).length > 0 ? { env } : {}),
      ...(Object.keys(ports).length > 0 ? { ports } : {}),
      ...(form.isPublic ? { isPublic: true } : {}),
    },
  };
}

export interface PlatformNote {
  readonly image: string;
  readonly engine: string;
}

export function platformNote({ notes }: RecipeBody): PlatformNote | undefined {
  const note = notes.find(({ id }) => id === 'platform');
  return note && { image: String(note['image']), engine: String(note['engine']) };
}
