import { z } from 'zod';
import { assess, defineTool, untrusted, type GroupedTool } from '../define-tool.ts';
import type { Title } from '../titles.ts';
import type { DocsPort } from '../types.ts';
import { createDocsIndex, type DocsIndex } from './docs-index.ts';

/** Looks things up in the documentation that came with this program: no network. */
export function docsTool({ docs, title }: { readonly docs: DocsPort; readonly title: Title }): GroupedTool {
  let index: Promise<DocsIndex> | undefined;
  const open = async (): Promise<DocsIndex> => createDocsIndex(await docs.pages());
  return defineTool({
    name: 'search_docs',
    group: 'docs',
    description: 'Finds passages of the documentation of Gantry, with their sources. Name the sources you use.',
    args: z.object({ question: z.string().min(2).max(500), most: z.int().min(1).max(10).optional() }),
    readsOnly: true,
    plan: ({ question, most = 4 }) => ({
      assessment: assess('R0'),
      targets: [],
      title: title('docs', { text: question }),
      async run() {
        index ??= open();
        const passages = (await index).search(question, most);
        const texts = passages.map(({ source, heading, text }) => `## ${heading}\nsource: ${source}\n${text}`);
        return untrusted(texts.join('\n\n') || '(The documentation says nothing about it.)');
      },
    }),
  });
}
