import { Alert, FormControlLabel, Stack, Switch, Typography } from '@mui/material';
import { containerBody } from '#contract';
import { useMemo, useState, type ReactNode } from 'react';
import { CommandHint, CopyButton, JsonView, ResourceView, useResource } from '../../kit/index.ts';
import { useText } from './text.ts';

export function InspectTab({ name }: { readonly name: string }): ReactNode {
  const t = useText();
  const [secrets, setSecrets] = useState(false);
  const path = `/gantry/containers/${encodeURIComponent(name)}${secrets ? '?secrets=true' : ''}`;
  const container = useResource({ path, schema: containerBody });
  const json = useMemo(() => JSON.stringify(container.data?.inspect ?? {}, undefined, 2), [container.data]);
  return (
    <ResourceView resource={container}>
      {({ run, secretsHidden }) => (
        <Stack spacing={2}>
          <Typography variant="h6" component="h2">
            {t.runLine}
          </Typography>
          <CommandHint command={run} />
          <Stack direction="row" spacing={2} sx={{ alignItems: 'center' }}>
            <Typography variant="h6" component="h2">
              {t.json}
            </Typography>
            <CopyButton text={json} />
            <FormControlLabel
              control={<Switch size="small" checked={secrets} onChange={(_event, on) => setSecrets(on)} />}
              label={t.showSecrets}
            />
          </Stack>
          {secretsHidden > 0 && <Alert severity="info">{t.hidden(secretsHidden)}</Alert>}
          <JsonView label={t.json} text={json} />
          <CommandHint command={`docker inspect ${name}`} />
        </Stack>
      )}
    </ResourceView>
  );
}
