import { Alert, Button, Stack, Typography } from '@mui/material';
import type { RatedDockerfileBody } from '#contract';
import { useState, type ReactNode } from 'react';
import { CleanText, CommandHint, ErrorNotice, SparkleButton } from '../../kit/index.ts';
import { BuildCheck } from './build-check.tsx';
import { Editor } from './editor.tsx';
import { FixPreview } from './fix-preview.tsx';
import { LineFindings } from './line-findings.tsx';
import type { Place } from './place.ts';
import { folderOf } from './place.ts';
import { RatingView } from './rating-view.tsx';
import { useText } from './text.ts';
import { useDocument, type OpenDocument } from './use-document.ts';
import { WrittenNotice } from './written-notice.tsx';

const none: RatedDockerfileBody['findings'] = [];

/** One Dockerfile: its text, what it is worth, what can be fixed, and whether it builds. */
export function DocumentView({ place }: { readonly place: Place | undefined }): ReactNode {
  const t = useText();
  const open = useDocument(place);
  const { text, rated, isEdited } = open;
  const [goTo, setGoTo] = useState<{ readonly line: number }>();
  const [cursor, setCursor] = useState<number>();
  const [onlyLine, setOnlyLine] = useState<number>();
  if (open.loadError !== undefined) return <ErrorNotice error={open.loadError} onRetry={open.read} />;
  const isRated = rated?.text === text;
  const path = rated?.path ?? undefined;
  return (
    <Stack spacing={2} sx={{ minWidth: 0 }}>
      {path !== undefined && (
        <Stack direction="row" spacing={1} sx={{ alignItems: 'center' }}>
          <Typography variant="subtitle1" component="h2" sx={{ fontWeight: 600 }}>
            <CleanText text={path} />
          </Typography>
          <SparkleButton kind="dockerfile" name={path} folder={folderOf(path)} />
        </Stack>
      )}
      <Notices open={open} />
      <Editor
        text={text}
        label={t.editor}
        findings={isRated ? rated.findings : none}
        goTo={goTo}
        onChange={open.edit}
        onLine={setCursor}
        onSave={open.save}
      />
      {isRated && cursor !== undefined && (
        <LineFindings findings={rated.findings} line={cursor} onShow={() => setOnlyLine(cursor)} />
      )}
      <Stack direction="row" spacing={2} useFlexGap sx={{ alignItems: 'center', flexWrap: 'wrap' }}>
        <Button variant="contained" disabled={text.trim() === ''} onClick={() => open.rate()}>
          {t.rate}
        </Button>
        {place && (
          <Button variant="outlined" disabled={!isEdited} loading={open.isWriting} onClick={open.save}>
            {t.save}
          </Button>
        )}
        {isEdited && (
          <>
            <Typography color="text.secondary">{t.edited}</Typography>
            <Button size="small" onClick={open.read}>
              {t.discard}
            </Button>
          </>
        )}
        <CommandHint command={`gantry ai rate ${path ?? 'Dockerfile'}`} />
      </Stack>
      {rated && (
        <RatingView
          rated={rated}
          isOld={!isRated}
          onlyLine={onlyLine}
          onOnlyLine={setOnlyLine}
          onGoTo={(line) => setGoTo({ line })}
        />
      )}
      {rated && (
        <FixPreview
          place={place}
          text={text}
          isWriting={open.isWriting}
          onWrite={open.write}
          onTake={(next) => {
            open.edit(next);
            open.rate(next);
          }}
        />
      )}
      {place && rated && (
        <BuildCheck
          place={place}
          before={text}
          start={t.tryBuild}
          command={`docker build --no-cache --file ${path ?? place.path} ${folderOf(path ?? place.path)}`}
        />
      )}
    </Stack>
  );
}

function Notices({ open }: { readonly open: OpenDocument }): ReactNode {
  const t = useText();
  const { other, isRestored, isEdited, written, read, keepMine } = open;
  return (
    <>
      {other === null && <Alert severity="warning">{t.fileGone}</Alert>}
      {typeof other === 'string' && (
        <Alert
          severity="warning"
          action={
            <>
              <Button color="inherit" size="small" onClick={read}>
                {t.readFile}
              </Button>
              <Button color="inherit" size="small" onClick={keepMine}>
                {t.keepMine}
              </Button>
            </>
          }
        >
          {t.fileChanged}
        </Alert>
      )}
      {isRestored && isEdited && <Alert severity="info">{t.restored}</Alert>}
      {written && <WrittenNotice key={written.files[0]?.digest ?? ''} written={written} onUndone={read} />}
    </>
  );
}
