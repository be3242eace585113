import { Alert, Box, Button, Checkbox, FormControlLabel, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { generatedDockerfileBody, type GeneratedDockerfileBody } from '#contract';
import { useState, type ReactNode } from 'react';
import { Diff, CleanText, CommandHint, ConfirmDialog, ResourceView, useAction, useResource } from '../../kit/index.ts';
import { placeBody, type Place } from './place.ts';
import { useText } from './text.ts';
import { WrittenNotice, type Written } from './written-notice.tsx';

const languages = ['node', 'python', 'go', 'java', 'rust', 'php', 'ruby', 'dotnet', 'static'] as const;
const path = '/gantry/dockerfiles/generate';

export interface GenerateProps {
  readonly folder: Place;
  readonly onOpen: (file: Place) => void;
}

/** Dockerfile, ignore file and Compose file for a project: shown, then written as they were shown. */
export function GenerateView({ folder, onOpen }: GenerateProps): ReactNode {
  const t = useText();
  const [language, setLanguage] = useState('');
  const [written, setWritten] = useState<Written>();
  const asked = { ...placeBody(folder), ...(language !== '' && { language }) };
  const made = useResource({ path, schema: generatedDockerfileBody, body: asked });
  return (
    <Stack spacing={2} component="section" aria-label={t.makeTitle} sx={{ minWidth: 0 }}>
      <Typography variant="h6" component="h2">
        {t.makeTitle}
      </Typography>
      <CleanText component="div" text={folder.path} />
      <TextField
        select
        size="small"
        label={t.projectLanguage}
        value={language}
        onChange={({ target: { value } }) => setLanguage(value)}
        slotProps={{ inputLabel: { shrink: true }, select: { displayEmpty: true } }}
        sx={{ maxWidth: 260 }}
      >
        <MenuItem value="">{t.byFiles}</MenuItem>
        {languages.map((one) => (
          <MenuItem key={one} value={one}>
            {one}
          </MenuItem>
        ))}
      </TextField>
      {written && (
        <WrittenNotice
          key={written.files.map(({ digest }) => digest).join('')}
          written={written}
          onUndone={() => setWritten(undefined)}
        />
      )}
      <ResourceView resource={made}>
        {(body) => <Made body={body} asked={asked} onOpen={onOpen} onWritten={setWritten} />}
      </ResourceView>
    </Stack>
  );
}

interface MadeProps extends Pick<GenerateProps, 'onOpen'> {
  readonly body: GeneratedDockerfileBody;
  readonly asked: { readonly root?: string; readonly path: string };
  readonly onWritten: (written: Written) => void;
}

function Made({ body, asked, onOpen, onWritten }: MadeProps): ReactNode {
  const t = useText();
  const [choices, setChoices] = useState<Readonly<Record<string, boolean>>>({});
  const [asking, setAsking] = useState(false);
  const { files, folder } = body;
  const chosen = files.filter(({ name, diff, before }) => diff !== '' && (choices[name] ?? before === null));
  const replaced = chosen.filter(({ before }) => before !== null);
  const write = useAction({
    run: async (api) => {
      const wanted = chosen.map(({ name, digest, before }) => ({ name, digest, before }));
      const done = await api.json({ method: 'POST', path, body: { ...asked, write: wanted } }, generatedDockerfileBody);
      onWritten({ root: asked.root, files: done.written ?? [] });
    },
    // Also when it was refused: what is there is another by now.
    changes: ['/gantry/dockerfiles'],
  });
  const file = files.find(({ name }) => name === 'Dockerfile');
  const command = ['gantry ai generate --write', replaced.length > 0 ? '--force' : '', folder]
    .filter(Boolean)
    .join(' ');
  return (
    <Stack spacing={2}>
      <Typography>{t.madeFor(body.language, body.score, body.grade)}</Typography>
      {files.map(({ name, diff, before }) => (
        <Box key={name} component="section" aria-label={name}>
          <FormControlLabel
            control={
              <Checkbox
                checked={chosen.some((one) => one.name === name)}
                disabled={diff === ''}
                onChange={(_event, checked) => setChoices({ ...choices, [name]: checked })}
              />
            }
            label={diff === '' ? t.sameFile(name) : before === null ? t.newFile(name) : t.replaceFile(name)}
          />
          {diff !== '' && <Diff label={t.diffOf(name)} text={diff} />}
        </Box>
      ))}
      {replaced.length > 0 && (
        <Alert severity="warning">{t.willReplace(replaced.map(({ name }) => name).join(', '))}</Alert>
      )}
      <Stack direction="row" spacing={1} useFlexGap sx={{ flexWrap: 'wrap' }}>
        <Button variant="contained" disabled={chosen.length === 0} onClick={() => setAsking(true)}>
          {t.writeFiles}
        </Button>
        {file && file.before !== null && (
          <Button variant="outlined" onClick={() => onOpen({ root: asked.root, path: file.path })}>
            {t.openMade}
          </Button>
        )}
      </Stack>
      <CommandHint command={command} />
      {asking && (
        <ConfirmDialog
          open
          title={t.writeTitle}
          text={[t.writeText(chosen.map(({ path: one }) => one).join(', ')), replaced.length > 0 ? t.writeKeeps : '']
            .filter(Boolean)
            .join(' ')}
          confirm={t.applyConfirm}
          command={command}
          isRunning={write.isRunning}
          onClose={() => setAsking(false)}
          onConfirm={() => void write.start().then(() => setAsking(false))}
        />
      )}
    </Stack>
  );
}
