import { Alert, Box, FormControlLabel, Stack, Switch, Typography } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import { CleanText, cleanText } from '../../kit/index.ts';
import { LongText } from './long-text.tsx';
import { resultParts, type ResultPart } from './result-parts.ts';
import { useMcpText, type McpText } from './text.ts';

/** What a tool brought. All of it is a stranger's: nothing in it is markup, an address to load, or a link to follow. */
export function ResultView({
  result,
  tookMs,
}: {
  readonly result: Readonly<Record<string, unknown>>;
  readonly tookMs: number;
}): ReactNode {
  const t = useMcpText();
  const [isRaw, setRaw] = useState(false);
  const parts = useMemo(() => resultParts(result), [result]);
  const raw = useMemo(() => (isRaw ? JSON.stringify(result, undefined, 2) : ''), [isRaw, result]);
  const structured = result['structuredContent'];
  return (
    <Stack spacing={1.5} component="section" aria-label={t.result}>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
        <Typography component="h4" variant="subtitle2">
          {t.result} · {t.took(tookMs)}
        </Typography>
        <FormControlLabel
          control={<Switch size="small" checked={isRaw} onChange={(_event, on) => setRaw(on)} />}
          label={t.raw}
        />
      </Box>
      {result['isError'] === true && <Alert severity="error">{t.toolFailed}</Alert>}
      {isRaw ? (
        <LongText text={raw} label={t.raw} />
      ) : (
        <>
          {parts.map((part, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- a result does not change
            <Part key={at} part={part} t={t} />
          ))}
          {structured !== undefined && (
            <LongText text={JSON.stringify(structured, undefined, 2)} label={t.structured} />
          )}
          {parts.length === 0 && structured === undefined && (
            <Typography color="text.secondary">{t.nothingCame}</Typography>
          )}
        </>
      )}
    </Stack>
  );
}

function Part({ part, t }: { readonly part: ResultPart; readonly t: McpText }): ReactNode {
  switch (part.kind) {
    case 'text':
      return <LongText text={part.text} label={t.text} />;
    case 'image':
      return (
        <Box
          component="img"
          src={part.source}
          alt={t.pictureFrom(part.type, part.bytes)}
          sx={{ maxWidth: '100%', maxHeight: 480, objectFit: 'contain', alignSelf: 'start' }}
        />
      );
    case 'file':
      return <CleanText text={t.fileOf(part.name, part.type, part.bytes)} />;
    case 'link':
      return <CleanText text={`${part.name} (${part.uri}) ${part.text}`} />;
    case 'resource':
      return (
        <Box>
          <CleanText text={part.uri} />
          <LongText text={part.text} label={t.resource} />
        </Box>
      );
    case 'role':
      return (
        <Typography variant="body2" color="text.secondary">
          {t.role(cleanText(part.role))}
        </Typography>
      );
    case 'other':
      return <LongText text={part.json} label={t.other} />;
  }
}
