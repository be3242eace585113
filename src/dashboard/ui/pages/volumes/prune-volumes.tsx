import { Box, FormControlLabel, Radio, RadioGroup, TextField } from '@mui/material';
import { removedManyBody, type VolumeListBody } from '#contract';
import { useState, type ReactNode } from 'react';
import { CleanText, cleanText, ConfirmDialog, useAction, useErrorTeller, useFormat } from '../../kit/index.ts';
import { useText } from './text.ts';

type Volume = VolumeListBody['volumes'][number];

interface PruneProps {
  readonly volumes: readonly Volume[];
  /** By name, as far as they were counted; undefined before that. */
  readonly bytes: Readonly<Record<string, number>> | undefined;
  readonly onClose: () => void;
}

/** More are counted, not listed. */
const mostListed = 200;

/** Shows which unused volumes would go, with their bytes, before their data is lost. What was shown when it was opened is what goes. */
export function PruneVolumes({ volumes, bytes, onClose }: PruneProps): ReactNode {
  const t = useText();
  const format = useFormat();
  const tell = useErrorTeller();
  const [unused] = useState(() => volumes.filter(({ usedBy }) => usedBy.length === 0));
  const [kind, setKind] = useState<'anonymous' | 'all'>('anonymous');
  const [typed, setTyped] = useState('');
  const going = unused.filter(({ isAnonymous }) => kind === 'all' || isAnonymous);
  const remove = useAction({
    run: (api) =>
      api.json(
        {
          path: '/gantry/volumes/remove',
          method: 'POST',
          body: { volumes: going.map(({ name, createdAt }) => ({ name, createdAt })) },
        },
        removedManyBody,
      ),
    changes: ['/gantry/volumes', '/gantry/docker/disk'],
    done: ({ removed, failed }) => {
      const [first] = failed;
      if (!first) return t.pruned(removed.length);
      return t.prunedSome(removed.length, cleanText(tell({ ...first, params: first.params ?? {} }).message));
    },
  });
  const counted = going.flatMap(({ name }) => bytes?.[name] ?? []);
  const sum = counted.reduce((total, one) => total + one, 0);
  return (
    <ConfirmDialog
      open
      title={t.pruneTitle(going.length)}
      text={`${counted.length > 0 ? t.pruneBytes(format.bytes(sum)) : t.pruneUncounted} ${t.pruneText}`}
      confirm={t.removeConfirm}
      command={`docker volume rm ${going.map(({ name }) => name).join(' ') || 'NAME'}`}
      isRunning={remove.isRunning}
      isDisabled={going.length === 0 || typed.trim() !== String(going.length)}
      onClose={onClose}
      onConfirm={() => void remove.start().then(onClose)}
    >
      <RadioGroup
        aria-label={t.pruneWhich}
        value={kind}
        onChange={(_event, value) => setKind(value === 'all' ? 'all' : 'anonymous')}
      >
        <FormControlLabel value="anonymous" control={<Radio size="small" />} label={t.pruneAnonymous} />
        <FormControlLabel value="all" control={<Radio size="small" />} label={t.pruneAll} />
      </RadioGroup>
      <Box
        component="ul"
        aria-label={t.pruneList}
        tabIndex={0}
        sx={{ maxHeight: '30vh', overflow: 'auto', pl: 3, overflowWrap: 'anywhere' }}
      >
        {going.slice(0, mostListed).map(({ name }) => (
          <li key={name}>
            <CleanText text={name} />
            {bytes?.[name] !== undefined && <> · {format.bytes(bytes[name])}</>}
          </li>
        ))}
        {going.length > mostListed && <li>{t.left(going.length - mostListed)}</li>}
      </Box>
      {going.length > 0 && (
        <TextField
          fullWidth
          size="small"
          label={t.typeCount(going.length)}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          slotProps={{ htmlInput: { inputMode: 'numeric', autoComplete: 'off' } }}
          sx={{ mb: 2 }}
        />
      )}
    </ConfirmDialog>
  );
}
