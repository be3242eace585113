import { z } from 'zod';
import { invalid, readAs } from '../chat/read-request.ts';
import type { ContentPart } from '../chat/turns.ts';

const typed = z.looseObject({ type: z.string() });
const textBlock = z.looseObject({ text: z.string() });
const imageBlock = z.looseObject({ source: z.looseObject({ type: z.string() }) });
const base64Source = z.looseObject({ media_type: z.string(), data: z.string().min(1) });
const documentBlock = z.looseObject({
  source: z.looseObject({ type: z.string() }),
  title: z.string().nullish(),
});
const textSource = z.looseObject({ data: z.string() });
const contentSource = z.looseObject({ content: z.unknown() });

/** `value` as a list of blocks: a text stands for one text block. */
export function readBlocks(value: unknown, path: string): readonly z.output<typeof typed>[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', text: value }];
  return readAs(z.array(typed), value, path);
}

/** What users and tools may show a model: texts, images, documents that are text. @throws AppError `request.invalid` for the rest */
export function readShown(block: z.output<typeof typed>, path: string): readonly ContentPart[] {
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: readAs(textBlock, block, path).text }];
    case 'image':
      return [{ type: 'image_url', image_url: { url: imageUrl(block, path) } }];
    case 'document':
      return documentParts(block, path);
    default:
      throw invalid(`${path}.type`, `Blocks of type "${block.type.slice(0, 100)}" are not supported here.`, shownHint);
  }
}

const shownHint = 'Local models read text and, if they were made for it, images.';

function imageUrl(block: unknown, path: string): string {
  const { source } = readAs(imageBlock, block, path);
  if (source.type !== 'base64') {
    throw invalid(`${path}.source.type`, `Images of type "${source.type.slice(0, 100)}" are not fetched.`, imageHint);
  }
  const { media_type: mediaType, data } = readAs(base64Source, source, `${path}.source`);
  if (!/^image\/[\w.+-]+$/.test(mediaType)) {
    throw invalid(`${path}.source.media_type`, `"${mediaType.slice(0, 100)}" is not an image.`);
  }
  return `data:${mediaType};base64,${data}`;
}

const imageHint = 'Send the image itself, as a source of type "base64".';

function documentParts(block: unknown, path: string): readonly ContentPart[] {
  const { source, title } = readAs(documentBlock, block, path);
  const heading: ContentPart[] = title ? [{ type: 'text', text: title }] : [];
  const inner = `${path}.source`;
  if (source.type === 'text') return [...heading, { type: 'text', text: readAs(textSource, source, inner).data }];
  if (source.type !== 'content') {
    throw invalid(
      `${inner}.type`,
      `Documents of type "${source.type.slice(0, 100)}" are not supported here.`,
      shownHint,
    );
  }
  const { content } = readAs(contentSource, source, inner);
  const blocks = readBlocks(content, `${inner}.content`).map((item, index) => {
    const place = `${inner}.content.${index}`;
    if (item.type === 'document') throw invalid(`${place}.type`, 'A document cannot hold another one.');
    return readShown(item, place);
  });
  return [...heading, ...blocks.flat()];
}
