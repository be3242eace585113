import { Alert, Box, Button, Stack, Typography } from '@mui/material';
import { appliedDockerfileBody, fixedDockerfileBody, type FixedDockerfileBody } from '#contract';
import { useState, type ReactNode } from 'react';
import { CleanText, cleanText, ConfirmDialog, useAction, useLanguage } from '../../kit/index.ts';
import type { Place } from './file-picker.tsx';
import { useText } from './text.ts';

export interface FixPreviewProps {
  readonly place: Place | undefined;
  readonly text: string;
  /** Takes the fixed text into the editor; `saved` when it is in the file too. */
  readonly onText: (text: string) => void;
}

/** What can be fixed without looking, as a diff; written once that is confirmed, and only to the file that was read. */
export function FixPreview({ place, text, onText }: FixPreviewProps): ReactNode {
  const t = useText();
  const { language } = useLanguage();
  const [fixed, setFixed] = useState<FixedDockerfileBody>();
  const [asking, setAsking] = useState(false);
  const [backup, setBackup] = useState<string>();
  const preview = useAction({
    run: async (api) => {
      const body = { ...place, text };
      setBackup(undefined);
      setFixed(await api.json({ method: 'POST', path: '/gantry/dockerfiles/fix', body }, fixedDockerfileBody));
    },
  });
  const apply = useAction<FixedDockerfileBody>({
    run: async (api, { digest, text: after }) => {
      const body = { ...place, digest, text: after };
      const done = await api.json({ method: 'POST', path: '/gantry/dockerfiles/apply', body }, appliedDockerfileBody);
      setBackup(done.backup);
      setFixed(undefined);
      onText(after);
    },
  });
  const points = ({ score, grade }: FixedDockerfileBody['before']): string => `${score} ${grade}`;
  return (
    <Stack spacing={1.5}>
      <Box>
        <Button variant="outlined" onClick={() => void preview.start()}>
          {t.preview}
        </Button>
      </Box>
      {backup !== undefined && (
        <Alert severity="success">
          <CleanText text={t.written(backup)} />
        </Alert>
      )}
      {fixed?.diff === '' && <Alert severity="info">{t.noFix}</Alert>}
      {fixed && fixed.diff !== '' && (
        <Stack spacing={1.5} component="section" aria-label={t.previewTitle}>
          <Typography variant="subtitle2" component="h3">
            {t.previewTitle} · {t.applied(fixed.applied.length)} ·{' '}
            {t.fixPoints(points(fixed.before), points(fixed.after))}
          </Typography>
          <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
            {fixed.applied.map(({ id, line, title }) => (
              <li key={`${id}:${line}:${title.en}`}>
                <CleanText text={`${id} ${line}: ${title[language]}`} />
              </li>
            ))}
          </Box>
          <Diff text={fixed.diff} />
          <Stack direction="row" spacing={1}>
            {place && (
              <Button variant="contained" loading={apply.isRunning} onClick={() => setAsking(true)}>
                {t.apply}
              </Button>
            )}
            <Button
              onClick={() => {
                onText(fixed.text);
                setFixed(undefined);
              }}
            >
              {t.use}
            </Button>
          </Stack>
          {asking && (
            <ConfirmDialog
              open
              title={t.applyTitle}
              text={t.applyText(fixed.path ?? '')}
              confirm={t.applyConfirm}
              command={`gantry ai fix --write ${fixed.path ?? ''}`}
              isRunning={apply.isRunning}
              onClose={() => setAsking(false)}
              onConfirm={() => void apply.start(fixed).then(() => setAsking(false))}
            />
          )}
        </Stack>
      )}
    </Stack>
  );
}

/** Added and removed lines are told apart by their sign too, not by colour alone. */
function Diff({ text }: { readonly text: string }): ReactNode {
  const lines = cleanText(text).split('\n');
  return (
    <Box
      component="pre"
      tabIndex={0}
      sx={{
        m: 0,
        p: 1.5,
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        fontSize: 13,
        whiteSpace: 'pre-wrap',
        overflowWrap: 'anywhere',
        maxHeight: '50vh',
        overflow: 'auto',
      }}
    >
      {lines.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines of a diff have no name but their place
        <Box key={index} component="span" sx={{ display: 'block', color: colorOf(line) }}>
          {line === '' ? ' ' : line}
        </Box>
      ))}
    </Box>
  );
}

function colorOf(line: string): string {
  if (line.startsWith('+') && !line.startsWith('+++')) return 'success.main';
  return line.startsWith('-') && !line.startsWith('---') ? 'error.main' : 'text.primary';
}
