import type { McpCallRecord } from '#contract';
import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack } from '@mui/material';
import type { ReactNode } from 'react';
import { CommandHint, cutLine, useFormat, useKitText } from '../../kit/index.ts';
import { CallView } from './call-view.tsx';
import { Facts } from './facts.tsx';
import { LongText } from './long-text.tsx';
import { useMcpText } from './text.ts';
import { useCall } from './use-call.ts';
import { useProfile } from './use-profile.ts';

/** Everything that is on record of a call, and the same call once more. */
export function CallDetails({
  call,
  onClose,
}: {
  readonly call: McpCallRecord;
  readonly onClose: () => void;
}): ReactNode {
  const t = useMcpText();
  const kit = useKitText();
  const format = useFormat();
  const { profile } = useProfile();
  const again = useCall();
  const isRunning = again.state.kind === 'running';
  const why = whyNot(call);
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby="call-title">
      <DialogTitle id="call-title">{cutLine(`${call.server} · ${call.name}`, 200).text}</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          <Facts
            facts={[
              [t.time, format.time(Date.parse(call.time))],
              [t.client, `${call.client.name} ${call.client.version}`],
              [t.outcome, t.outcomeName(call.outcome)],
              [t.problem, call.error],
              [t.latency, t.took(Math.round(call.durationMs))],
              [t.sizes, t.bytesInOut(call.argumentBytes, call.resultBytes)],
            ]}
          />
          {call.arguments !== undefined && (
            <LongText text={JSON.stringify(call.arguments, undefined, 2)} label={t.arguments} />
          )}
          {why !== undefined && <Alert severity="info">{t.noReplay(why)}</Alert>}
          {why === undefined && (
            <Box sx={{ display: 'flex', gap: 1 }}>
              <Button
                variant="outlined"
                loading={isRunning}
                onClick={() =>
                  void again.run({ profile, server: call.server, tool: call.name, arguments: call.arguments })
                }
              >
                {t.replay(profile)}
              </Button>
              {isRunning && <Button onClick={again.stop}>{kit.cancel}</Button>}
            </Box>
          )}
          <CallView call={again} />
          <CommandHint command={`gantry mcp calls replay ${call.id}`} />
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{kit.close}</Button>
      </DialogActions>
    </Dialog>
  );
}

function whyNot({
  kind,
  isRedacted,
  arguments: args,
}: McpCallRecord): 'kind' | 'redacted' | 'no_arguments' | undefined {
  if (kind !== 'tool') return 'kind';
  if (isRedacted === true) return 'redacted';
  return args === undefined ? 'no_arguments' : undefined;
}
