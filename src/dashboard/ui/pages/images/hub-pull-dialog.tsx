import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  Link,
  Stack,
  TextField,
} from '@mui/material';
import { variantsBody } from '#contract';
import { useId, useState, type ReactNode } from 'react';
import { cleanText, CommandHint, errorText, useFormat, useKitText, useResource } from '../../kit/index.ts';
import { hubPage, hubRepository } from './image-names.ts';
import { useText } from './text.ts';
import { useImageTransfers } from './use-image-transfers.ts';

/** Which tag of an image of Docker Hub is pulled. Tags are offered where the Hub's API can be reached; any can be typed. */
export function HubPullDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }): ReactNode {
  const t = useText();
  const kit = useKitText();
  const format = useFormat();
  const { pull } = useImageTransfers();
  const offered = useId();
  const [tag, setTag] = useState('latest');
  const repository = hubRepository(name);
  const query = new URLSearchParams({ model: `docker.io/${repository}` }).toString();
  const tags = useResource({ path: `/gantry/variants?${query}`, schema: variantsBody });
  const wanted = `${name}:${tag.trim() || 'latest'}`;
  const known = tags.data?.variants ?? [];
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="hub-pull-title">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          pull(wanted);
          onClose();
        }}
      >
        <DialogTitle id="hub-pull-title" sx={{ overflowWrap: 'anywhere' }}>
          {t.hubPull(name)}
        </DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 1 }}>
            <TextField
              autoFocus
              fullWidth
              label={t.hubTag}
              helperText={
                tags.isLoading ? t.hubTagsLoading : tags.data ? t.hubTags(known.length, tags.data.is_cut) : ' '
              }
              value={tag}
              onChange={(event) => setTag(event.target.value)}
              slotProps={{ htmlInput: { list: offered, spellCheck: false, autoComplete: 'off' } }}
            />
            <datalist id={offered}>
              {known.map(({ name: full, size_bytes: sizeBytes }) => {
                const value = full.slice(full.lastIndexOf(':') + 1);
                return (
                  <option key={full} value={value}>
                    {sizeBytes === undefined ? value : `${value} (${format.bytes(sizeBytes)})`}
                  </option>
                );
              })}
            </datalist>
            {tags.error && (
              <Alert severity="info" sx={{ overflowWrap: 'anywhere' }}>
                {t.hubTagsFailed} {cleanText(errorText(tags.error, kit))}
              </Alert>
            )}
            <CommandHint command={`docker pull ${wanted}`} />
            <Link href={hubPage(name)} target="_blank" rel="noreferrer">
              {t.hubPage}
            </Link>
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{kit.cancel}</Button>
          <Button type="submit" variant="contained">
            {t.pullStart}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
