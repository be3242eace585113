import { settingListBody } from '#contract';
import { Box, FormControlLabel, Link as MuiLink, Paper, Stack, Switch, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { CommandHint, ResourceView, useAction, useResource } from '../../kit/index.ts';
import { paths } from './paths.ts';
import { useMcpText } from './text.ts';

const switches = ['mcp.blockSecrets', 'mcp.blockNetwork'] as const;
const settingsPath = '/gantry/settings';

/** What stands between servers and this machine besides the rules, for all profiles. */
export function Guards(): ReactNode {
  const t = useMcpText();
  const settings = useResource({ path: settingsPath, schema: settingListBody });
  const change = useAction({
    run: (api, { key, value }: { key: string; value: boolean }) =>
      api.send({ path: settingsPath, method: 'PATCH', body: [{ path: key, value }] }),
    changes: [settingsPath, paths.profiles],
    done: () => t.saved,
  });
  return (
    <Paper component="section" variant="outlined" sx={{ p: 2 }} aria-label={t.guards}>
      <Stack spacing={1}>
        <Typography variant="subtitle1" component="h2">
          {t.guards}
        </Typography>
        <Typography color="text.secondary">{t.guardsText}</Typography>
        <ResourceView resource={settings}>
          {(entries) => {
            const of = (key: string) => entries.find((one) => one.key === key);
            const rules = of('mcp.verify')?.value;
            const count = Array.isArray(rules) ? rules.length : 0;
            return (
              <>
                {switches.map((key) => (
                  <FormControlLabel
                    key={key}
                    control={
                      <Switch
                        checked={of(key)?.value === true}
                        disabled={of(key)?.origin === 'locked'}
                        onChange={(_event, value) => void change.start({ key, value })}
                      />
                    }
                    label={t.guard(key)}
                  />
                ))}
                <Box>
                  {t.verifyRules(count)}{' '}
                  <MuiLink component={Link} to="/settings">
                    {t.inSettings}
                  </MuiLink>
                </Box>
                <Box>{t.recordingIs(recordingOf(of('mcp.record')?.value))}</Box>
              </>
            );
          }}
        </ResourceView>
        <CommandHint command="gantry settings set mcp.blockNetwork true" />
      </Stack>
    </Paper>
  );
}

function recordingOf(value: unknown): 'on' | 'metadata' | 'off' {
  return value === 'off' || value === 'metadata' ? value : 'on';
}
