import { Checkbox, FormControlLabel, ListItemIcon, Menu, MenuItem, Stack } from '@mui/material';
import { containerBody } from '#contract';
import {
  Clipboard,
  EllipsisVertical,
  Pause,
  PenLine,
  Play,
  RotateCw,
  Skull,
  Square,
  Trash2,
  type LucideIcon,
} from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { ConfirmDialog, copyText, RowButton, useAction } from '../../kit/index.ts';
import { RenameDialog } from './rename-dialog.tsx';
import type { ContainerRow } from './rows.ts';
import { useText } from './text.ts';

type Verb = 'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'kill';

const icons: Readonly<Record<Verb, LucideIcon>> = {
  start: Play,
  stop: Square,
  restart: RotateCw,
  pause: Pause,
  unpause: Play,
  kill: Skull,
};

export type Acted = Pick<ContainerRow, 'name' | 'state'>;

/** Start or stop, and more behind a menu. */
export function ContainerActions({
  container,
  onRemoved,
  onRenamed,
}: {
  readonly container: Acted;
  readonly onRemoved?: (() => void) | undefined;
  readonly onRenamed?: ((name: string) => void) | undefined;
}): ReactNode {
  const t = useText();
  const { name, state } = container;
  const [anchor, setAnchor] = useState<HTMLElement>();
  const [removing, setRemoving] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const act = useAction<Verb>({
    run: (api, verb) => api.send({ method: 'POST', path: `/gantry/containers/${encodeURIComponent(name)}/${verb}` }),
    changes: ['/gantry/containers'],
  });
  const copyRun = useAction({
    run: async (api) => {
      const path = `/gantry/containers/${encodeURIComponent(name)}`;
      await copyText((await api.json({ path }, containerBody)).run);
    },
    done: () => t.copiedRun,
  });
  const isUp = state === 'running' || state === 'restarting';
  const first: Verb = state === 'paused' ? 'unpause' : isUp ? 'stop' : 'start';
  const others: readonly Verb[] = isUp ? ['restart', 'pause', 'kill'] : state === 'paused' ? ['stop', 'kill'] : [];
  const First = icons[first];
  const close = (): void => setAnchor(undefined);
  return (
    <Stack direction="row" sx={{ justifyContent: 'flex-end' }}>
      <RowButton label={t[first](name)} isDisabled={act.isRunning} onClick={() => void act.start(first)}>
        <First size={18} />
      </RowButton>
      <RowButton label={t.more(name)} opensMenu onClick={setAnchor}>
        <EllipsisVertical size={18} />
      </RowButton>
      {anchor && (
        <Menu open anchorEl={anchor} onClose={close}>
          {others.map((verb) => {
            const Icon = icons[verb];
            return (
              <MenuItem
                key={verb}
                onClick={() => {
                  close();
                  void act.start(verb);
                }}
              >
                <ListItemIcon>
                  <Icon size={18} />
                </ListItemIcon>
                {t[verb](name)}
              </MenuItem>
            );
          })}
          <MenuItem
            onClick={() => {
              close();
              void copyRun.start();
            }}
          >
            <ListItemIcon>
              <Clipboard size={18} />
            </ListItemIcon>
            {t.copyRun(name)}
          </MenuItem>
          <MenuItem
            onClick={() => {
              close();
              setRenaming(true);
            }}
          >
            <ListItemIcon>
              <PenLine size={18} />
            </ListItemIcon>
            {t.rename(name)}…
          </MenuItem>
          <MenuItem
            onClick={() => {
              close();
              setRemoving(true);
            }}
          >
            <ListItemIcon>
              <Trash2 size={18} />
            </ListItemIcon>
            {t.remove(name)}
          </MenuItem>
        </Menu>
      )}
      {renaming && <RenameDialog name={name} onClose={() => setRenaming(false)} onRenamed={onRenamed} />}
      {removing && (
        <RemoveDialog
          container={container}
          onClose={() => setRemoving(false)}
          onRemoved={onRemoved ?? (() => undefined)}
        />
      )}
    </Stack>
  );
}

function RemoveDialog({
  container: { name, state },
  onClose,
  onRemoved,
}: {
  readonly container: Acted;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}): ReactNode {
  const t = useText();
  const [volumes, setVolumes] = useState(false);
  const isUp = state === 'running' || state === 'restarting' || state === 'paused';
  const remove = useAction({
    run: (api) => {
      const query = new URLSearchParams({ confirm: name, force: String(isUp), volumes: String(volumes) });
      return api.send({ method: 'DELETE', path: `/gantry/containers/${encodeURIComponent(name)}?${query}` });
    },
    changes: ['/gantry/containers'],
    done: () => t.removed(name),
  });
  return (
    <ConfirmDialog
      open
      title={t.removeTitle(name)}
      text={isUp ? `${t.removeText} ${t.removeRunning}` : t.removeText}
      confirm={t.removeConfirm}
      command={['docker rm', isUp ? '--force' : '', volumes ? '--volumes' : '', name].filter(Boolean).join(' ')}
      isRunning={remove.isRunning}
      onClose={onClose}
      onConfirm={() =>
        void remove.start().then((went) => {
          if (!went) return;
          onClose();
          onRemoved();
        })
      }
    >
      <FormControlLabel
        control={<Checkbox checked={volumes} onChange={(_event, checked) => setVolumes(checked)} />}
        label={t.removeVolumes}
      />
    </ConfirmDialog>
  );
}
