import { Typography } from '@mui/material';
import { removalBody } from '#contract';
import type { ReactNode } from 'react';
import { ConfirmDialog, ResourceView, useAction, useFormat, useResource } from '../../kit/index.ts';
import { modelApi } from './addresses.ts';
import { useModelsText } from './models-text.ts';

/** Asks before a model is removed, and says what goes and what stays. */
export function RemoveDialog(props: {
  readonly name: string;
  readonly isLoaded: boolean;
  readonly onClose: () => void;
  readonly onGone: () => void;
}): ReactNode {
  const { name, isLoaded, onClose, onGone } = props;
  const t = useModelsText();
  const format = useFormat();
  const removal = useResource({ path: `/gantry/removal?model=${encodeURIComponent(name)}`, schema: removalBody });
  const remove = useAction({
    run: (api) => api.send({ path: modelApi(name), method: 'DELETE' }),
    changes: ['/models', '/engines'],
    done: () => t.removed(name),
  });
  return (
    <ConfirmDialog
      open
      title={t.removeTitle(name)}
      text={t.removeText}
      confirm={t.remove}
      command={`gantry rm ${name}`}
      isRunning={remove.isRunning}
      onClose={onClose}
      onConfirm={() =>
        void remove.start().then((done) => {
          onClose();
          if (done) onGone();
        })
      }
    >
      <ResourceView resource={removal}>
        {({ kept_names: kept, shared_with: shared, freed_bytes: freedBytes }) => (
          <>
            {kept.length > 0 ? (
              <Line text={t.keepsNames(kept.join(', '))} />
            ) : (
              <>
                <Line text={t.frees(format.bytes(freedBytes))} />
                {shared.length > 0 && <Line text={t.sharedWith(shared.join(', '))} />}
                {isLoaded && <Line text={t.stopsRunner} />}
              </>
            )}
          </>
        )}
      </ResourceView>
    </ConfirmDialog>
  );
}

function Line({ text }: { readonly text: string }): ReactNode {
  return (
    <Typography variant="body2" sx={{ overflowWrap: 'anywhere', mb: 1 }}>
      {text}
    </Typography>
  );
}
