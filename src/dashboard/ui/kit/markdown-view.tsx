import { Box, Link, Typography } from '@mui/material';
import { memo, useMemo, type ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { cleanText } from './clean-text.ts';
import { CopyButton } from './copy-button.tsx';
import { useKitText } from './errors.ts';
import { htmlAsText, type HtmlShown } from './html-as-text.ts';

/** More than anybody reads; parsing is quadratic for some hostile texts. */
const mostChars = 200_000;
const plugins = { text: [remarkGfm, htmlAsText('text')], tagless: [remarkGfm, htmlAsText('tagless')] };

export interface MarkdownProps {
  readonly text: string;
  readonly html?: HtmlShown | undefined;
}

export const MarkdownView = memo(function MarkdownView({ text, html = 'text' }: MarkdownProps): ReactNode {
  const t = useKitText();
  const clean = useMemo(() => cleanText(text.slice(0, mostChars)), [text]);
  return (
    <Box
      dir="auto"
      sx={{
        overflowWrap: 'anywhere',
        '& > :first-of-type': { mt: 0 },
        '& > :last-child': { mb: 0 },
        '& table': { borderCollapse: 'collapse', display: 'block', overflowX: 'auto' },
        '& th, & td': { border: 1, borderColor: 'divider', px: 1, py: 0.5 },
        '& blockquote': { borderLeft: 3, borderColor: 'divider', m: 0, pl: 2, color: 'text.secondary' },
        '& code': { fontFamily: 'monospace', fontSize: '0.9em' },
      }}
    >
      <ReactMarkdown remarkPlugins={plugins[html]} urlTransform={webAddress} components={components}>
        {clean}
      </ReactMarkdown>
      {text.length > mostChars && <Typography color="text.secondary">{t.more(text.length - mostChars)}</Typography>}
    </Box>
  );
});

/** Only the web; `javascript:`, `data:` and relative addresses, which would be ours, lead nowhere. */
export function webAddress(url: string): string {
  return /^https?:\/\/[^\s]+$/i.test(url) ? url : '';
}

const components: Components = {
  a: ({ href, children }) =>
    href ? (
      <Link href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </Link>
    ) : (
      <span>{children}</span>
    ),
  img: Picture,
  pre: CodeBlock,
  h1: ({ children }) => <Heading>{children}</Heading>,
  h2: ({ children }) => <Heading>{children}</Heading>,
  h3: ({ children }) => <Heading>{children}</Heading>,
  h4: ({ children }) => <Heading>{children}</Heading>,
  h5: ({ children }) => <Heading>{children}</Heading>,
  h6: ({ children }) => <Heading>{children}</Heading>,
};

/** Headings of strangers are no headings of the page. */
function Heading({ children }: { readonly children?: ReactNode }): ReactNode {
  return (
    <Typography component="p" variant="subtitle1" sx={{ fontWeight: 650, mt: 2, mb: 1 }}>
      {children}
    </Typography>
  );
}

/** A picture from elsewhere would tell its server who reads what. */
function Picture({ alt = '' }: { readonly alt?: string | undefined }): ReactNode {
  const t = useKitText();
  return (
    <Box component="span" title={t.pictureHint} sx={{ color: 'text.secondary' }}>
      {t.picture(alt)}
    </Box>
  );
}

function CodeBlock({ children, node }: { readonly children?: ReactNode; readonly node?: unknown }): ReactNode {
  // A shell runs a pasted line that has an end.
  const code = textOf(node).replace(/\n$/, '');
  return (
    <Box sx={{ position: 'relative', my: 1.5 }}>
      <Box
        component="pre"
        tabIndex={0}
        sx={{ m: 0, p: 1.5, pr: 6, overflowX: 'auto', bgcolor: 'action.hover', borderRadius: 1 }}
      >
        {children}
      </Box>
      <Box sx={{ position: 'absolute', top: 6, right: 6 }}>
        <CopyButton text={code} />
      </Box>
    </Box>
  );
}

/** What a syntax tree says. Trees of strangers may be deep: no recursion. */
function textOf(node: unknown): string {
  const open: unknown[] = [node];
  let text = '';
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    if ('value' in next && typeof next.value === 'string') text += next.value;
    if ('children' in next && Array.isArray(next.children)) open.push(...next.children.toReversed());
  }
  return text;
}
