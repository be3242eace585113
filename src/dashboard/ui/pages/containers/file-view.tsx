import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { containerFileBody } from '#contract';
import type { ReactNode } from 'react';
import { cleanText, CommandHint, JsonView, ResourceView, useFormat, useResource } from '../../kit/index.ts';
import { useText } from './text.ts';

/** The beginning of a file as text. */
export function FileView(props: {
  readonly name: string;
  readonly path: string;
  readonly onClose: () => void;
}): ReactNode {
  const { name, path, onClose } = props;
  const t = useText();
  const format = useFormat();
  const address = `/gantry/containers/${encodeURIComponent(name)}/file?path=${encodeURIComponent(path)}`;
  const file = useResource({ path: address, schema: containerFileBody });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-label={cleanText(path)}>
      <DialogTitle sx={{ overflowWrap: 'anywhere' }}>{cleanText(path)}</DialogTitle>
      <DialogContent>
        <ResourceView resource={file}>
          {({ text, isBinary, isCut, sizeBytes }) => (
            <>
              {isBinary && <Alert severity="info">{t.binary(format.bytes(sizeBytes))}</Alert>}
              {isCut && !isBinary && <Alert severity="info">{t.fileCut(format.bytes(sizeBytes))}</Alert>}
              {!isBinary && <JsonView label={t.contentOf(cleanText(path))} text={text} height="50vh" />}
            </>
          )}
        </ResourceView>
        <CommandHint command={`docker cp ${name}:${path} -`} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t.close}</Button>
      </DialogActions>
    </Dialog>
  );
}
