import { Box } from '@mui/material';
import { lazy, Suspense, type ReactNode } from 'react';

const Rendered = lazy(async () => ({ default: (await import('./markdown-view.tsx')).MarkdownView }));

/** Markdown of strangers: no HTML, no pictures, links to the web alone. Until its parts are loaded it is plain text. */
export function Markdown({ text }: { readonly text: string }): ReactNode {
  return (
    <Suspense
      fallback={
        <Box component="div" sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {text.slice(0, 10_000)}
        </Box>
      }
    >
      <Rendered text={text} />
    </Suspense>
  );
}
