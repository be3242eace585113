import { Alert, Box } from '@mui/material';
import { removedManyBody } from '#contract';
import { useState, type ReactNode } from 'react';
import { CleanText, cleanText, ConfirmDialog, useAction, useErrorTeller, useFormat } from '../../kit/index.ts';
import { isOfUse, nameOf, type ImageRow } from './image-names.ts';
import { useText } from './text.ts';

interface RemoveManyProps {
  readonly images: readonly ImageRow[];
  /** All that no container uses, which is what `docker image prune --all` takes. */
  readonly isAllUnused: boolean;
  readonly onClose: () => void;
  readonly onGone: () => void;
}

/** More are counted, not listed. */
const mostListed = 200;

/** Shows what would go before it goes. What the dialog showed when it was opened is what is asked for, whatever the list says by then. */
export function RemoveManyDialog({ images, isAllUnused, onClose, onGone }: RemoveManyProps): ReactNode {
  const t = useText();
  const format = useFormat();
  const tell = useErrorTeller();
  const [{ going, used }] = useState(() => ({
    going: images.filter((row) => isOfUse(row, 'unused')),
    used: images.filter((row) => isOfUse(row, 'used')),
  }));
  const remove = useAction({
    run: (api) =>
      api.json(
        {
          path: '/gantry/images/remove',
          method: 'POST',
          body: { images: going.map(({ id, tags }) => ({ id, tags })) },
        },
        removedManyBody,
      ),
    changes: ['/gantry/images', '/gantry/docker/disk'],
    done: ({ removed, failed }) => {
      const [first] = failed;
      if (!first) return t.removedMany(removed.length);
      return t.removedSome(removed.length, cleanText(tell({ ...first, params: first.params ?? {} }).message));
    },
  });
  const bytes = going.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return (
    <ConfirmDialog
      open
      title={t.removeManyTitle(going.length)}
      text={t.removeManyText(format.bytes(bytes))}
      confirm={t.removeConfirm}
      command={
        isAllUnused
          ? 'docker image prune --all'
          : `docker rmi ${going.flatMap(({ tags, id }) => (tags.length > 0 ? tags : [id])).join(' ')}`
      }
      isRunning={remove.isRunning}
      isDisabled={going.length === 0}
      onClose={onClose}
      onConfirm={() =>
        void remove.start().then((went) => {
          onClose();
          if (went) onGone();
        })
      }
    >
      {used.length > 0 && (
        <Alert severity="info" sx={{ mb: 1 }}>
          {t.removeManyUsed(cleanText(used.slice(0, 10).map(nameOf).join(', ')))}
        </Alert>
      )}
      <Box
        component="ul"
        aria-label={t.removeManyList}
        tabIndex={0}
        sx={{ maxHeight: '35vh', overflow: 'auto', mt: 0, pl: 3, overflowWrap: 'anywhere' }}
      >
        {going.slice(0, mostListed).map((row) => (
          <li key={row.id}>
            <CleanText text={row.tags.length > 0 ? row.tags.slice(0, 6).join(', ') : row.id.slice(0, 19)} /> ·{' '}
            {format.bytes(row.sizeBytes)}
          </li>
        ))}
        {going.length > mostListed && <li>{t.left(going.length - mostListed)}</li>}
      </Box>
    </ConfirmDialog>
  );
}
