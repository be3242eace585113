import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack } from '@mui/material';
import { inspectBody, type NetworkListBody, type VolumeListBody } from '#contract';
import type { ReactNode } from 'react';
import { cleanText, CommandHint, JsonView, ResourceView, useResource } from '../../kit/index.ts';
import { useText } from './text.ts';

export interface Inspected {
  readonly kind: 'volumes' | 'networks';
  /** As the list had it when it was opened. */
  readonly row: VolumeListBody['volumes'][number] | NetworkListBody['networks'][number];
}

/** Networks may share a name. */
export function keyOf(row: Inspected['row']): string {
  return 'id' in row ? row.id : row.name;
}

/** What the Engine says about a volume or a network. One that is removed meanwhile stays readable, and that it was removed is said. */
export function InspectObject({
  inspected: { kind, row },
  isListed,
  onClose,
}: {
  readonly inspected: Inspected;
  /** Undefined where the list does not say it: it is too long to be whole. */
  readonly isListed: boolean | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const t = useText();
  const { name } = row;
  const facts = useResource({
    path: `/gantry/${kind}/${encodeURIComponent(keyOf(row))}`,
    schema: inspectBody,
    enabled: isListed !== false,
  });
  const isRemoved = isListed === false || facts.error?.status === 404;
  const label = t.inspect(cleanText(name));
  const view = (known: object): ReactNode => (
    <JsonView label={label} text={JSON.stringify(known, undefined, 2)} height="50vh" />
  );
  const single = kind === 'volumes' ? 'volume' : 'network';
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-label={label}>
      <DialogTitle sx={{ overflowWrap: 'anywhere' }}>{cleanText(name)}</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          {/* There from the start, so that what comes into it is read out. */}
          <div role="status">
            {isRemoved && <Alert severity="warning">{kind === 'volumes' ? t.volumeGone : t.networkGone}</Alert>}
          </div>
          {isRemoved ? (
            view(facts.data?.inspect ?? row)
          ) : (
            <ResourceView resource={facts}>{({ inspect }) => view(inspect)}</ResourceView>
          )}
          {!isRemoved && <CommandHint command={`docker ${single} inspect ${name}`} />}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t.close}</Button>
      </DialogActions>
    </Dialog>
  );
}
