import { Button, Box, Checkbox, FormControlLabel, FormGroup, Typography } from '@mui/material';
import { Eraser } from 'lucide-react';
import { clearedStorageBody, daemonStatusBody, storageBody, type ClearablePart, type StorageBody } from '#contract';
import { useMemo, useState, type ReactNode } from 'react';
import {
  CleanText,
  CommandHint,
  ConfirmDialog,
  DataTable,
  ResourceView,
  RowButton,
  useAction,
  useFormat,
  useResource,
  type Column,
} from '../../kit/index.ts';
import { useSettingsText } from './settings-text.ts';

const path = '/gantry/storage';
type Part = StorageBody['parts'][number];

/** What takes space; what of it goes without harm is cleared after it was shown. */
export function Storage(): ReactNode {
  const t = useSettingsText();
  const storage = useResource({ path, schema: storageBody, refreshMs: 15_000 });
  const status = useResource({ path: '/gantry/status', schema: daemonStatusBody });
  const [wanted, setWanted] = useState<readonly string[]>([]);
  const [isPurging, setPurging] = useState(false);
  const purge = useAction({
    run: (api) => api.send({ path: '/models/purge', method: 'DELETE' }),
    changes: ['/models', '/engines', path],
    done: () => t.purged,
  });
  const columns = useColumns(setWanted);
  return (
    <>
      {status.data && <CleanText component="div" text={t.keptIn(status.data.home)} />}
      <ResourceView resource={storage}>
        {({ parts }) => (
          <>
            <DataTable
              label={t.onDisk}
              rows={parts}
              columns={columns}
              rowKey={({ id }) => id}
              order={{ column: 'size', direction: 'desc' }}
              empty={<Typography>{t.nothing}</Typography>}
            />
            <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
              <Button
                variant="outlined"
                onClick={() => setWanted(parts.filter(({ clearable }) => clearable).map(({ id }) => id))}
              >
                {t.clearSome}
              </Button>
              <Button variant="outlined" color="error" onClick={() => setPurging(true)}>
                {t.purge}
              </Button>
            </Box>
            {wanted.length > 0 && <ClearDialog parts={parts} first={wanted} onClose={() => setWanted([])} />}
          </>
        )}
      </ResourceView>
      <CommandHint command="gantry storage" />
      <ConfirmDialog
        open={isPurging}
        title={t.purgeTitle}
        text={t.purgeText}
        confirm={t.purge}
        command="gantry purge"
        isRunning={purge.isRunning}
        onClose={() => setPurging(false)}
        onConfirm={() => void purge.start().then(() => setPurging(false))}
      />
    </>
  );
}

function useColumns(clear: (ids: readonly string[]) => void): readonly Column<Part>[] {
  const t = useSettingsText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'part',
        header: t.whatOnDisk,
        value: ({ id }) => t.storagePart(id),
        cell: ({ id }) => t.storagePart(id),
      },
      {
        id: 'size',
        header: t.size,
        align: 'right',
        value: ({ bytes }) => bytes,
        cell: ({ bytes }) => format.bytes(bytes),
      },
      {
        id: 'files',
        header: t.files,
        align: 'right',
        value: ({ files }) => files,
        cell: ({ files }) => format.number(files),
      },
      {
        id: 'actions',
        header: '',
        align: 'right',
        cell: ({ id, clearable, files }) =>
          clearable && (
            <RowButton label={t.clearPart(t.storagePart(id))} isDisabled={files === 0} onClick={() => clear([id])}>
              <Eraser size={18} />
            </RowButton>
          ),
      },
    ],
    [t, format, clear],
  );
}

interface ClearDialogProps {
  readonly parts: readonly Part[];
  readonly first: readonly string[];
  readonly onClose: () => void;
}

/** What goes, how much that is and what is lost with it, before it goes. */
function ClearDialog({ parts, first, onClose }: ClearDialogProps): ReactNode {
  const t = useSettingsText();
  const format = useFormat();
  const [chosen, setChosen] = useState(first);
  const offered = parts.filter(({ id }) => first.includes(id));
  const bytes = offered.reduce((sum, part) => sum + (chosen.includes(part.id) ? part.bytes : 0), 0);
  const clear = useAction({
    run: async (api) =>
      await api.json({ path: `${path}/clear`, method: 'POST', body: { parts: chosen } }, clearedStorageBody),
    changes: ['/'],
    done: ({ freedBytes }) => t.cleared(format.bytes(freedBytes)),
  });
  return (
    <ConfirmDialog
      open
      title={t.clearTitle}
      text={t.clearText(format.bytes(bytes))}
      confirm={t.clear}
      command={`gantry storage clear ${chosen.length === 0 ? 'PART' : chosen.join(' ')}`}
      isRunning={clear.isRunning}
      onClose={onClose}
      onConfirm={() => {
        if (chosen.length > 0) void clear.start().then(onClose);
      }}
    >
      <FormGroup sx={{ mb: 2 }}>
        {offered.map(({ id, bytes: size }) => (
          <Box key={id}>
            <FormControlLabel
              label={`${t.storagePart(id)} · ${format.bytes(size)}`}
              control={
                <Checkbox
                  checked={chosen.includes(id)}
                  onChange={(_event, on) =>
                    setChosen((before) => (on ? [...before, id] : before.filter((one) => one !== id)))
                  }
                />
              }
            />
            <Typography variant="body2" color="text.secondary" sx={{ ml: 4 }}>
              {t.lostWith(id as ClearablePart)}
            </Typography>
          </Box>
        ))}
      </FormGroup>
    </ConfirmDialog>
  );
}
