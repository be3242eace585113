import { Box, Button, Typography } from '@mui/material';
import { daemonStatusBody, diskUsageBody } from '#contract';
import { useState, type ReactNode } from 'react';
import {
  CleanText,
  CommandHint,
  ConfirmDialog,
  ResourceView,
  useAction,
  useFormat,
  useResource,
} from '../../kit/index.ts';
import { useSettingsText } from './settings-text.ts';

/** What takes space, and what is kept. */
export function Storage(): ReactNode {
  const t = useSettingsText();
  const format = useFormat();
  const usage = useResource({ path: '/engines/df', schema: diskUsageBody });
  const status = useResource({ path: '/gantry/status', schema: daemonStatusBody });
  const [isAsked, setAsked] = useState(false);
  const clear = useAction({
    run: (api) => api.send({ path: '/engines/requests', method: 'DELETE' }),
    changes: ['/engines/requests'],
    done: () => t.requestsCleared,
  });
  const purge = useAction({
    run: (api) => api.send({ path: '/models/purge', method: 'DELETE' }),
    changes: ['/models', '/engines'],
    done: () => t.purged,
  });
  return (
    <>
      <ResourceView resource={usage}>
        {({ models_disk_usage: models, default_backend_disk_usage: runtimes }) => (
          <Typography>
            {t.modelsDisk}: {format.bytes(models)} · {t.runtimesDisk}: {format.bytes(runtimes)}
          </Typography>
        )}
      </ResourceView>
      {status.data && <CleanText component="div" text={t.keptIn(status.data.home)} />}
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
        <Button variant="outlined" loading={clear.isRunning} onClick={() => void clear.start()}>
          {t.clearRequests}
        </Button>
        <Button variant="outlined" color="error" onClick={() => setAsked(true)}>
          {t.purge}
        </Button>
      </Box>
      <CommandHint command="gantry df" />
      <ConfirmDialog
        open={isAsked}
        title={t.purgeTitle}
        text={t.purgeText}
        confirm={t.purge}
        command="gantry purge"
        isRunning={purge.isRunning}
        onClose={() => setAsked(false)}
        onConfirm={() => void purge.start().then(() => setAsked(false))}
      />
    </>
  );
}
