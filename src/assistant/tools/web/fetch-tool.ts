import { z } from 'zod';
import { assess, cut, defineTool, failure, untrusted, withoutControls, type GroupedTool } from '../define-tool.ts';
import type { Title } from '../titles.ts';
import type { FetchPage } from '../types.ts';
import { htmlText } from './html-text.ts';

const maxBytes = 2 * 1024 * 1024;
const mostShown = 40_000;

/** A page of the web as text. Each address is asked about, since an address can carry out what was read. */
export function fetchTool({ fetchPage, title }: { readonly fetchPage: FetchPage; readonly title: Title }): GroupedTool {
  return defineTool({
    name: 'fetch',
    group: 'web',
    description: 'Fetches a page of the web as text. The person is asked each time.',
    args: z.object({
      url: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .refine((url) => isPlain(url), 'must be a plain address without a login'),
    }),
    timeoutMs: 30_000,
    readsOnly: true,
    plan: ({ url }) => ({
      assessment: assess('R4', 'network'),
      targets: [url],
      title: title('web', { url }),
      preview: `GET ${url}`,
      async run({ signal }) {
        const page = await fetchPage(url, { signal, maxBytes });
        const kind = page.contentType.split(';')[0]?.trim().toLowerCase() ?? '';
        if (!/^(?:text\/|application\/(?:json|xml|xhtml\+xml|.*\+json)$)/.test(kind)) {
          return failure(`The page is ${kind || 'of an unknown kind'}, which is no text.`);
        }
        const raw = new TextDecoder().decode(page.bytes);
        const text = /html/.test(kind) ? htmlText(raw) : raw;
        const shown = cut(withoutControls(text), mostShown);
        const isCut = page.isCut || shown.length < text.length;
        return untrusted(`${page.url}\n\n${shown}${isCut ? '\n(The rest of the page is not shown.)' : ''}`);
      },
    }),
  });
}

function isPlain(text: string): boolean {
  const { username, password } = new URL(text);
  return username === '' && password === '';
}
