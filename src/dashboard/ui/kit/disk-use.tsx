import { Alert, Box, Button, LinearProgress, Stack, Typography } from '@mui/material';
import { diskBody, type DiskBody } from '#contract';
import type { ReactNode } from 'react';
import { CommandHint } from './command-hint.tsx';
import { useKitText } from './errors.ts';
import { useFormat } from './format.ts';
import { useErrorTeller } from './tell-error.ts';
import { useAction } from './use-action.ts';
import { useResource } from './use-resource.ts';

const path = '/gantry/docker/disk';
const askAgainMs = 1000;

interface DiskUse {
  readonly state: DiskBody | undefined;
  readonly count: () => void;
}

/** What the Engine has on its disk, as it was counted last; it is counted when somebody asks for it, since all volumes are read for it. */
export function useDiskUse(): DiskUse {
  const { data: state } = useResource({ path, schema: diskBody });
  useResource({ path, schema: diskBody, refreshMs: state?.isCounting === true ? askAgainMs : undefined });
  const action = useAction({ run: (api) => api.send({ path, method: 'POST' }), changes: [path] });
  return { state, count: () => void action.start() };
}

/** The disk that images or volumes take. */
export function DiskLine({
  disk: { state, count },
  of,
}: {
  readonly disk: DiskUse;
  readonly of: 'images' | 'volumes';
}): ReactNode {
  const t = useKitText();
  const format = useFormat();
  const tell = useErrorTeller();
  if (!state) return null;
  const { isCounting, known, error } = state;
  const share = known?.[of];
  const told = error && tell({ ...error, params: error.params ?? {} });
  return (
    <Box component="section" aria-label={t.disk}>
      <Stack direction="row" spacing={2} useFlexGap sx={{ alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography variant="body2" role="status">
          {isCounting
            ? t.diskCounting
            : share && known
              ? t.diskKnown({
                  size: format.bytes(share.sizeBytes),
                  free: format.bytes(share.reclaimableBytes),
                  used: share.inUse,
                  count: share.count,
                  when: format.ago(known.countedAt),
                })
              : t.diskUnknown}
        </Typography>
        <Button size="small" variant="outlined" disabled={isCounting} onClick={count}>
          {share ? t.diskCountAgain : t.diskCount}
        </Button>
        <CommandHint command="docker system df" />
      </Stack>
      {isCounting && <LinearProgress aria-label={t.diskCounting} sx={{ mt: 1 }} />}
      {told && !isCounting && (
        <Alert severity="error" sx={{ mt: 1, overflowWrap: 'anywhere' }}>
          {told.message} {told.hint}
        </Alert>
      )}
    </Box>
  );
}
