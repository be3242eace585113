import { Alert, Box, Button, Stack, Typography } from '@mui/material';
import { fixedDockerfileBody, type FixedDockerfileBody } from '#contract';
import { useState, type ReactNode } from 'react';
import { Diff, CleanText, CommandHint, ConfirmDialog, useAction, useLanguage } from '../../kit/index.ts';
import { BuildCheck } from './build-check.tsx';
import { placeBody, type Place } from './place.ts';
import { useText } from './text.ts';
import type { WriteFiles } from './use-document.ts';

export interface FixPreviewProps {
  readonly place: Place | undefined;
  readonly text: string;
  readonly isWriting: boolean;
  readonly onWrite: (files: WriteFiles) => Promise<boolean>;
  /** Takes the fixed text into the editor alone. */
  readonly onTake: (text: string) => void;
}

interface Shown extends FixedDockerfileBody {
  /** What it was made from. */
  readonly from: string;
}

/** What can be fixed without looking, as a diff; written once that is confirmed, and only to the files that were read. */
export function FixPreview({ place, text, isWriting, onWrite, onTake }: FixPreviewProps): ReactNode {
  const t = useText();
  const [shown, setShown] = useState<Shown>();
  const preview = useAction({
    run: async (api) => {
      const body = { ...(place && placeBody(place)), text };
      const fixed = await api.json({ method: 'POST', path: '/gantry/dockerfiles/fix', body }, fixedDockerfileBody);
      setShown({ ...fixed, from: text });
    },
  });
  const isOld = shown !== undefined && shown.from !== text;
  const isNothing = shown?.diff === '' && shown.ignoreFile === null;
  return (
    <Stack spacing={1.5}>
      <Box>
        <Button variant="outlined" loading={preview.isRunning} onClick={() => void preview.start()}>
          {t.preview}
        </Button>
      </Box>
      {shown && !isOld && isNothing && <Alert severity="info">{t.noFix}</Alert>}
      {shown && !isOld && !isNothing && (
        <Preview
          fixed={shown}
          place={place}
          before={text}
          isWriting={isWriting}
          onWrite={async (files) => {
            const went = await onWrite(files);
            if (went) setShown(undefined);
            return went;
          }}
          onTake={(next) => {
            onTake(next);
            setShown(undefined);
          }}
        />
      )}
    </Stack>
  );
}

interface PreviewProps extends Omit<FixPreviewProps, 'text'> {
  readonly fixed: FixedDockerfileBody;
  readonly before: string;
}

function Preview({ fixed, place, before, isWriting, onWrite, onTake }: PreviewProps): ReactNode {
  const t = useText();
  const { language } = useLanguage();
  const [asking, setAsking] = useState(false);
  const points = ({ score, grade }: FixedDockerfileBody['before']): string => `${score} ${grade}`;
  const { ignoreFile } = fixed;
  const paths = [fixed.diff === '' ? [] : [fixed.path ?? ''], ignoreFile ? [ignoreFile.path] : []].flat();
  const files: WriteFiles = {
    text: fixed.text,
    digest: fixed.digest,
    ignoreFile: ignoreFile ? { digest: ignoreFile.digest, text: ignoreFile.text } : undefined,
  };
  return (
    <Stack spacing={1.5} component="section" aria-label={t.previewTitle}>
      <Typography variant="subtitle2" component="h3">
        {t.previewTitle} · {t.applied(fixed.applied.length)} · {t.fixPoints(points(fixed.before), points(fixed.after))}
      </Typography>
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {fixed.applied.map(({ id, line, title }) => (
          <li key={`${id}:${line}:${title.en}`}>
            <CleanText text={`${id} ${line}: ${title[language]}`} />
          </li>
        ))}
      </Box>
      {fixed.diff !== '' && <Diff label={t.diffOf('Dockerfile')} text={fixed.diff} />}
      {ignoreFile && <Diff label={t.diffOf('.dockerignore')} text={ignoreFile.diff} />}
      <Stack direction="row" spacing={1} useFlexGap sx={{ flexWrap: 'wrap' }}>
        {place && (
          <Button variant="contained" loading={isWriting} onClick={() => setAsking(true)}>
            {t.apply}
          </Button>
        )}
        {fixed.diff !== '' && <Button onClick={() => onTake(fixed.text)}>{t.use}</Button>}
      </Stack>
      {place && fixed.diff !== '' && (
        <BuildCheck
          place={place}
          before={before}
          after={fixed.text}
          start={t.buildBoth}
          command={`gantry ai fix --verify ${fixed.path ?? 'Dockerfile'}`}
        />
      )}
      {!place && <CommandHint command="gantry ai fix --write Dockerfile" />}
      {asking && (
        <ConfirmDialog
          open
          title={t.applyTitle}
          text={t.applyText(paths.join(', '))}
          confirm={t.applyConfirm}
          command={`gantry ai fix --write ${fixed.path ?? ''}`}
          isRunning={isWriting}
          onClose={() => setAsking(false)}
          onConfirm={() => void onWrite(files).then(() => setAsking(false))}
        />
      )}
    </Stack>
  );
}
