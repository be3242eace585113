import { Box, List, ListItem, ListItemIcon, ListItemText, Typography } from '@mui/material';
import type { FolderBody } from '#contract';
import { File, Folder } from 'lucide-react';
import { useId, useState, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import { CleanText } from './clean-text-view.tsx';
import { useKitText } from './errors.ts';
import { steppedTo } from './folder-paths.ts';

type Entry = FolderBody['entries'][number];

/** Names in a folder. The list keeps the focus whatever folder it shows: arrows, Home and End lead through it, Enter opens or takes. */
export function FolderEntries(props: {
  readonly entries: readonly Entry[];
  readonly isCut: boolean;
  /** Name of the one that is chosen. */
  readonly chosen: string | undefined;
  readonly onChoose: (entry: Entry) => void;
  /** Enter on the one that is chosen. */
  readonly onTake: (entry: Entry) => void;
  readonly ref: Ref<HTMLUListElement>;
}): ReactNode {
  const { entries, isCut, chosen, onChoose, onTake, ref } = props;
  const t = useKitText();
  const id = useId();
  const [stop, setStop] = useState(chosen);
  const at = Math.max(
    entries.findIndex(({ name }) => name === (stop ?? chosen)),
    0,
  );
  const press = (event: KeyboardEvent): void => {
    const next = steppedTo(event.key, { at, count: entries.length });
    const entry = entries[at];
    if (next !== undefined) {
      setStop(entries[next]?.name);
      document.getElementById(`${id}${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (entry && (event.key === 'Enter' || event.key === ' ')) {
      setStop(entry.name);
      if (entry.name === chosen && event.key === 'Enter') onTake(entry);
      else onChoose(entry);
    } else return;
    event.preventDefault();
  };
  return (
    <Box sx={{ position: 'relative' }}>
      <List
        ref={ref}
        dense
        role="listbox"
        tabIndex={0}
        aria-label={t.entries}
        aria-activedescendant={entries.length > 0 ? `${id}${at}` : undefined}
        onKeyDown={press}
        sx={{
          height: 280,
          overflowY: 'auto',
          border: 1,
          borderColor: 'divider',
          borderRadius: 1,
          py: 0,
          '&:focus-visible': { outline: 2, outlineColor: 'primary.main' },
          '&:focus-visible .at': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: -2 },
        }}
      >
        {entries.map((entry, index) => (
          <ListItem
            key={entry.name}
            id={`${id}${index}`}
            role="option"
            className={index === at ? 'at' : undefined}
            aria-selected={entry.name === chosen}
            onClick={({ detail }) => {
              // The second press of a double click would hit what the first one opened.
              if (detail > 1) return;
              setStop(entry.name);
              onChoose(entry);
            }}
            sx={{
              cursor: 'pointer',
              contentVisibility: 'auto',
              containIntrinsicHeight: 32,
              '&:hover': { bgcolor: 'action.hover' },
              '&[aria-selected=true]': { bgcolor: 'action.selected' },
            }}
          >
            <ListItemIcon sx={{ minWidth: 32 }} aria-hidden>
              {entry.kind === 'folder' ? <Folder size={16} /> : <File size={16} />}
            </ListItemIcon>
            <ListItemText
              primary={<CleanText text={entry.kind === 'folder' ? `${entry.name}/` : entry.name} />}
              sx={{ overflowWrap: 'anywhere', my: 0 }}
            />
          </ListItem>
        ))}
      </List>
      {entries.length === 0 && (
        <Typography role="status" color="text.secondary" sx={{ position: 'absolute', top: 12, left: 16 }}>
          {t.noEntries}
        </Typography>
      )}
      {isCut && (
        <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
          {t.entriesCut}
        </Typography>
      )}
    </Box>
  );
}
