import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Menu, MenuItem, TextField } from '@mui/material';
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { AssistantSessionListBody, ChangeSessionRequest } from '#contract';
import { ConfirmDialog, useAction } from '../../kit/index.ts';
import { sessionLists, sessionPath, titleOf, useAssistantText } from './text.ts';

export interface SessionMenuProps {
  readonly session: AssistantSessionListBody[number];
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
}

/** What can be done with a session. */
export function SessionMenu({ session, anchor, onClose }: SessionMenuProps): ReactNode {
  const t = useAssistantText();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [step, setStep] = useState<'menu' | 'rename' | 'remove'>('menu');
  const change = useAction<ChangeSessionRequest>({
    run: (api, body) => api.send({ path: sessionPath(session.id), method: 'PATCH', body }),
    changes: [sessionLists],
  });
  const remove = useAction({
    run: (api) => api.send({ path: sessionPath(session.id), method: 'DELETE' }),
    changes: [sessionLists],
  });
  const download = useAction<'json' | 'markdown'>({
    async run(api, format) {
      let text = '';
      for await (const part of api.text({ path: sessionPath(session.id, `/export?format=${format}`) })) text += part;
      save(text, { name: `session-${session.id}.${format === 'json' ? 'json' : 'md'}` });
    },
  });
  const isShown = pathname.endsWith(`/${encodeURIComponent(session.id)}`);
  const [removing, setRemoving] = useState(false);
  const removeNow = useEffectEvent(async () => {
    if (await remove.start()) onClose();
    else setRemoving(false);
  });
  // Only once it is no longer shown: nobody asks for a session that is gone.
  useEffect(() => {
    if (removing && !isShown) void removeNow();
  }, [removing, isShown]);
  const title = titleOf(session, t.untitled);
  const then = async (work: Promise<boolean>): Promise<void> => {
    if (await work) onClose();
  };
  if (step === 'rename') {
    return (
      <RenameDialog
        title={session.title}
        isRunning={change.isRunning}
        onClose={onClose}
        onSave={(next) => void then(change.start({ title: next }))}
      />
    );
  }
  if (step === 'remove') {
    const begin = (): void => {
      setRemoving(true);
      if (isShown) void navigate('/assistant');
    };
    return (
      <ConfirmDialog
        open
        title={t.removeTitle(title)}
        text={t.removeText}
        confirm={t.remove}
        command={`gantry ai sessions rm ${session.id}`}
        isRunning={removing}
        onConfirm={begin}
        onClose={onClose}
      />
    );
  }
  return (
    <Menu open anchorEl={anchor} onClose={onClose}>
      <MenuItem onClick={() => setStep('rename')}>{t.rename}</MenuItem>
      <MenuItem onClick={() => void then(change.start({ starred: !session.starred }))}>
        {session.starred ? t.unstar : t.star}
      </MenuItem>
      <MenuItem onClick={() => void then(download.start('markdown'))}>{t.exportMarkdown}</MenuItem>
      <MenuItem onClick={() => void then(download.start('json'))}>{t.exportJson}</MenuItem>
      <MenuItem onClick={() => setStep('remove')}>{t.remove}</MenuItem>
    </Menu>
  );
}

function RenameDialog(props: {
  readonly title: string;
  readonly isRunning: boolean;
  readonly onClose: () => void;
  readonly onSave: (title: string) => void;
}): ReactNode {
  const t = useAssistantText();
  const [title, setTitle] = useState(props.title);
  const wanted = title.trim().slice(0, 200);
  return (
    <Dialog open onClose={props.onClose} aria-labelledby="rename-title" fullWidth maxWidth="xs">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== '') props.onSave(wanted);
        }}
      >
        <DialogTitle id="rename-title">{t.rename}</DialogTitle>
        <DialogContent>
          <TextField
            autoFocus
            fullWidth
            margin="dense"
            label={t.newTitle}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
        </DialogContent>
        <DialogActions>
          <Button onClick={props.onClose}>{t.cancel}</Button>
          <Button type="submit" variant="contained" loading={props.isRunning} disabled={wanted === ''}>
            {t.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function save(text: string, { name }: { name: string }): void {
  const address = URL.createObjectURL(new Blob([text]));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
