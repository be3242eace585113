import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { AppError, errorCodeOf, formatSize } from '#core';
import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';
import type { ChatMessage, ContentPart } from './messages.ts';

// The API takes 10 MiB of text, and more where there are images (docs/compatibility.md).
const longestTextBytes = 8 * 1024 * 1024;
const largestImageBytes = 100_000_000;

const imageTypes: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

// `@path`, `@"a path"`, `@'a path'`; images also without the sign when quoted, absolute or beginning with ./ or ../
const mention =
  /(?<=^|\s)(?:@(?:"([^"\n]+)"|'([^'\n]+)'|(\S+))|"([^"\n]+\.(?:jpe?g|png|webp))"|'([^'\n]+\.(?:jpe?g|png|webp))'|((?:\.{0,2}\/|[A-Za-z]:\\)\S+\.(?:jpe?g|png|webp)))(?=\s|$|[.,;:!?])/gi;

/**
 * Puts files a message names into it: the text of text files in place of their names, images as parts of their own. What
 * cannot be read stays as it was written. Only what a person typed comes here, never piped text.
 * @throws AppError `request.too_large`
 */
export async function attachFiles(context: CliContext, text: string): Promise<ChatMessage['content']> {
  const images: ContentPart[] = [];
  let result = '';
  let end = 0;
  for (const match of text.matchAll(mention)) {
    const path = match.slice(1).find((group) => group !== undefined) ?? '';
    const file = await readMentioned(context, path);
    if (file === undefined) continue;
    result += text.slice(end, match.index);
    end = match.index + match[0].length;
    if (file.type === 'image') images.push({ type: 'image_url', image_url: { url: file.url } });
    else result += `\n${path}:\n\`\`\`\n${file.text.trimEnd()}\n\`\`\`\n`;
  }
  const rest = (result + text.slice(end)).trim();
  if (images.length === 0) return end === 0 ? text : rest;
  return [...(rest === '' ? [] : [{ type: 'text', text: rest } as const]), ...images];
}

type Mentioned = { readonly type: 'image'; readonly url: string } | { readonly type: 'text'; readonly text: string };

async function readMentioned({ t, notice }: CliContext, path: string): Promise<Mentioned | undefined> {
  const imageType = imageTypes[extname(path).toLowerCase()];
  const limit = imageType === undefined ? longestTextBytes : largestImageBytes;
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return undefined;
    if (facts.size > limit) {
      throw new AppError('request.too_large', t('run.fileTooLarge', { path, limit: formatSize(limit) }));
    }
    const bytes = await readFile(path);
    if (imageType !== undefined) return { type: 'image', url: `data:${imageType};base64,${bytes.toString('base64')}` };
    if (!bytes.includes(0)) return { type: 'text', text: bytes.toString('utf8') };
    notice(t('run.notText', { path: printableLine(path) }));
  } catch (error) {
    if (error instanceof AppError) throw error;
    // `@somebody` is no file; a path that cannot be read is worth a word.
    const reason = errorCodeOf(error) ?? String(error);
    if (/[./\\]/.test(path)) notice(t('run.fileUnreadable', { path: printableLine(path), reason }));
  }
  return undefined;
}
