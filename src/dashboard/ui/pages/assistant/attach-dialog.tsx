import {
  Box,
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  Stack,
  Tab,
  Tabs,
  TextField,
  Typography,
} from '@mui/material';
import { useState, type ReactNode } from 'react';
import { cleanText, ResourceView } from '../../kit/index.ts';
import { AttachmentChips } from './attachment-chips.tsx';
import { objectKinds, useNames, type ObjectKind } from './attachable-names.ts';
import { FileNames } from './file-names.tsx';
import { useAssistantText } from './text.ts';
import { isSame, mostAttached, toggled } from './attachments.ts';
import type { Attachment } from './use-turns.ts';

export interface AttachDialogProps {
  /** Files can be attached only where there is one. */
  readonly directory: string | undefined;
  readonly attached: readonly Attachment[];
  readonly onAttach: (attachments: readonly Attachment[]) => void;
  readonly onClose: () => void;
}

type Kind = ObjectKind | 'file';
const kinds: readonly Kind[] = [...objectKinds, 'file'];

/** Chooses what a question is about: several objects of this machine, and files of the working directory. */
export function AttachDialog({ directory, attached, onAttach, onClose }: AttachDialogProps): ReactNode {
  const t = useAssistantText();
  const [kind, setKind] = useState<Kind>('container');
  const [chosen, setChosen] = useState(attached);
  const [query, setQuery] = useState('');
  const isFull = chosen.length >= mostAttached;
  const toggle = (name: string): void => setChosen(toggled(chosen, { kind, name }));
  const has = (name: string): boolean => chosen.some((one) => isSame(one, { kind, name }));
  return (
    <Dialog open onClose={onClose} aria-labelledby="attach-title" fullWidth maxWidth="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onAttach(chosen);
        }}
      >
        <DialogTitle id="attach-title">{t.attachTitle}</DialogTitle>
        <DialogContent>
          <Stack spacing={2}>
            <Tabs
              value={kind}
              aria-label={t.attachKinds}
              variant="scrollable"
              onChange={(_event, value: Kind) => {
                setKind(value);
                setQuery('');
              }}
            >
              {kinds.map((one) => (
                <Tab key={one} value={one} label={t.kinds(one)} id={`attach-${one}`} aria-controls="attach-names" />
              ))}
            </Tabs>
            <TextField
              autoFocus
              fullWidth
              size="small"
              type="search"
              label={kind === 'file' ? t.path : t.attachSearch}
              value={query}
              onChange={(event) => setQuery(event.target.value)}
              onKeyDown={(event) => {
                // Enter here searches; it attaches with the button.
                if (event.key === 'Enter') event.preventDefault();
              }}
            />
            <Box id="attach-names" role="tabpanel" aria-labelledby={`attach-${kind}`} sx={{ minHeight: 220 }}>
              {kind !== 'file' ? (
                <Objects key={kind} kind={kind} query={query} has={has} isFull={isFull} onToggle={toggle} />
              ) : directory === undefined ? (
                <Typography color="text.secondary">{t.attachNoDirectory}</Typography>
              ) : (
                <FileNames
                  directory={directory}
                  prefix={query}
                  wanted={() => true}
                  onChoose={(name) => {
                    if (name.endsWith('/')) setQuery(name);
                    else if (!isFull || has(name)) toggle(name);
                  }}
                />
              )}
            </Box>
            <AttachmentChips attachments={chosen} onChange={setChosen} />
            {isFull && <Typography color="text.secondary">{t.attachFull(mostAttached)}</Typography>}
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" variant="contained">
            {t.attachThese(chosen.length)}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** More than anybody looks through; the search finds the rest. */
const mostShown = 100;

function Objects(props: {
  readonly kind: ObjectKind;
  readonly query: string;
  readonly has: (name: string) => boolean;
  readonly isFull: boolean;
  readonly onToggle: (name: string) => void;
}): ReactNode {
  const { kind, query, has, isFull, onToggle } = props;
  const t = useAssistantText();
  const names = useNames(kind);
  return (
    <ResourceView resource={names}>
      {(known) => {
        const words = query.toLowerCase().split(/\s+/).filter(Boolean);
        const found = known.names.filter((name) => words.every((word) => name.toLowerCase().includes(word)));
        const more = known.left + Math.max(0, found.length - mostShown);
        return (
          <>
            {found.length === 0 && (
              <Typography color="text.secondary">
                {known.names.length === 0 ? t.attachNone(kind) : t.attachNoMatch}
              </Typography>
            )}
            <Box sx={{ maxHeight: 300, overflowY: 'auto', display: 'flex', flexDirection: 'column' }}>
              {found.slice(0, mostShown).map((name) => (
                <FormControlLabel
                  key={name}
                  label={cleanText(name)}
                  disabled={isFull && !has(name)}
                  control={<Checkbox size="small" checked={has(name)} onChange={() => onToggle(name)} />}
                  sx={{ overflowWrap: 'anywhere', mr: 0 }}
                />
              ))}
            </Box>
            {more > 0 && <Typography color="text.secondary">{t.attachMore(more)}</Typography>}
          </>
        );
      }}
    </ResourceView>
  );
}
