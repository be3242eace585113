import { Box } from '@mui/material';
import { lazy, Suspense, type ReactNode } from 'react';
import type { MarkdownProps } from './markdown-view.tsx';

const Rendered = lazy(async () => ({ default: (await import('./markdown-view.tsx')).MarkdownView }));

/**
 * Markdown of strangers: HTML is text, no pictures, links to the web alone. Until its parts are loaded it is plain text.
 * `html="tagless"` is for documents, which use HTML for their layout.
 */
export function Markdown({ text, html }: MarkdownProps): ReactNode {
  return (
    <Suspense
      fallback={
        <Box component="div" sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {text.slice(0, 10_000)}
        </Box>
      }
    >
      <Rendered text={text} html={html} />
    </Suspense>
  );
}
