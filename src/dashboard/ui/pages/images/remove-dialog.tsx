import type { ReactNode } from 'react';
import { cleanText, ConfirmDialog, useAction } from '../../kit/index.ts';
import { useText } from './text.ts';

interface RemoveDialogProps {
  readonly name: string;
  readonly usedBy: readonly string[];
  readonly onClose: () => void;
  readonly onGone?: (() => void) | undefined;
}

/** Removes an image once that is confirmed; one that containers are made from stays unless it is forced. */
export function RemoveDialog({ name, usedBy, onClose, onGone }: RemoveDialogProps): ReactNode {
  const t = useText();
  const isUsed = usedBy.length > 0;
  const shown = cleanText(name);
  const remove = useAction({
    run: (api) => {
      const query = new URLSearchParams({ confirm: name, force: String(isUsed) });
      return api.send({ method: 'DELETE', path: `/gantry/images/${encodeURIComponent(name)}?${query}` });
    },
    changes: ['/gantry/images'],
    done: () => t.removed(shown),
  });
  return (
    <ConfirmDialog
      open
      title={t.removeTitle(shown)}
      text={isUsed ? `${t.removeUsed(cleanText(usedBy.slice(0, 10).join(', ')))} ${t.removeText}` : t.removeText}
      confirm={t.removeConfirm}
      command={`docker rmi ${isUsed ? '--force ' : ''}${name}`}
      isRunning={remove.isRunning}
      onClose={onClose}
      onConfirm={() =>
        void remove.start().then((went) => {
          if (!went) return;
          onClose();
          onGone?.();
        })
      }
    />
  );
}
