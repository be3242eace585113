import { IconButton, Tooltip } from '@mui/material';
import { Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { ConfirmDialog, useAction } from '../../kit/index.ts';
import { useText } from './text.ts';

/** Removes an image once that is confirmed; one that containers are made from stays unless it is forced. */
export function RemoveImage({
  name,
  usedBy,
}: {
  readonly name: string;
  readonly usedBy: readonly string[];
}): ReactNode {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const isUsed = usedBy.length > 0;
  const remove = useAction({
    run: (api) => {
      const query = new URLSearchParams({ confirm: name, force: String(isUsed) });
      return api.send({ method: 'DELETE', path: `/gantry/images/${encodeURIComponent(name)}?${query}` });
    },
    changes: ['/gantry/images'],
    done: () => t.removed(name),
  });
  return (
    <>
      <Tooltip title={t.remove(name)}>
        <IconButton size="small" aria-label={t.remove(name)} onClick={() => setAsking(true)}>
          <Trash2 size={18} />
        </IconButton>
      </Tooltip>
      {asking && (
        <ConfirmDialog
          open
          title={t.removeTitle(name)}
          text={isUsed ? `${t.removeUsed(usedBy.slice(0, 10).join(', '))} ${t.removeText}` : t.removeText}
          confirm={t.removeConfirm}
          command={`docker rmi ${isUsed ? '--force ' : ''}${name}`}
          isRunning={remove.isRunning}
          onClose={() => setAsking(false)}
          onConfirm={() => void remove.start().then((went) => went && setAsking(false))}
        />
      )}
    </>
  );
}
