import { Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField, Typography } from '@mui/material';
import type { SettingEntryBody } from '#contract';
import { useMemo, useState, type ReactNode } from 'react';
import { CleanText, CommandHint, DataTable, useKitText, type Column } from '../../kit/index.ts';
import { Section } from './section.tsx';
import { useSettingsText } from './settings-text.ts';
import { useChange } from './use-settings.ts';

/** Also what has no field of its own, such as settings of one model. */
export function AllSettings({ entries }: { readonly entries: readonly SettingEntryBody[] }): ReactNode {
  const t = useSettingsText();
  const [edited, setEdited] = useState<SettingEntryBody>();
  const columns = useMemo<readonly Column<SettingEntryBody>[]>(
    () => [
      {
        id: 'key',
        header: t.key,
        value: ({ key }) => key,
        cell: ({ key }) => <CleanText component="code" text={key} />,
      },
      {
        id: 'value',
        header: t.value,
        value: ({ value }) => JSON.stringify(value),
        cell: ({ value }) => <CleanText component="code" text={JSON.stringify(value)} />,
      },
      {
        id: 'origin',
        header: t.origin,
        value: ({ origin }) => origin,
        cell: ({ origin }) => ({ default: t.isDefault, file: t.isSet, locked: t.locked })[origin],
      },
      {
        id: 'actions',
        header: '',
        align: 'right',
        cell: (entry) => (
          <Button
            size="small"
            disabled={entry.origin === 'locked'}
            aria-label={t.edit(entry.key)}
            onClick={() => setEdited(entry)}
          >
            {t.portConfirm}
          </Button>
        ),
      },
    ],
    [t],
  );
  return (
    <Section title={t.all} text={t.allText}>
      <DataTable
        label={t.all}
        rows={entries}
        columns={columns}
        rowKey={({ key }) => key}
        empty={<Typography>{t.nothing}</Typography>}
      />
      {edited && <EditDialog entry={edited} onClose={() => setEdited(undefined)} />}
    </Section>
  );
}

function EditDialog({ entry, onClose }: { readonly entry: SettingEntryBody; readonly onClose: () => void }): ReactNode {
  const t = useSettingsText();
  const kit = useKitText();
  const change = useChange();
  const [text, setText] = useState(JSON.stringify(entry.value, null, 2));
  const value = parsed(text);
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (value === undefined) return;
          void change.start({ key: entry.key, value }).then((done) => done && onClose());
        }}
      >
        <DialogTitle sx={{ overflowWrap: 'anywhere' }}>{t.edit(entry.key)}</DialogTitle>
        <DialogContent>
          <TextField
            autoFocus
            fullWidth
            multiline
            margin="dense"
            label={t.value}
            value={text}
            error={value === undefined}
            helperText={value === undefined && t.badJson}
            onChange={(event) => setText(event.target.value)}
            slotProps={{ htmlInput: { spellCheck: false } }}
          />
          <CommandHint command={`gantry settings set ${entry.key} '${JSON.stringify(value ?? null)}'`} />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{kit.cancel}</Button>
          <Button type="submit" variant="contained" loading={change.isRunning} disabled={value === undefined}>
            {t.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
