import { Box, Button, Chip, Paper, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import type { ChangeSessionRequest } from '#contract';
import { cleanText, CommandHint, useLanguage, type Action } from '../../kit/index.ts';
import { useAsking } from './asking.ts';
import { PreviewView } from './preview-view.tsx';
import { riskColor } from './risk-color.ts';
import { useAssistantText } from './text.ts';
import type { Plan } from './thread.ts';

/** What was listed where nobody could be asked. Approved, exactly that is done, or nothing where it would do something else by now. */
export function PlanCard({
  plan,
  change,
}: {
  readonly plan: Plan;
  readonly change: Action<ChangeSessionRequest>;
}): ReactNode {
  const t = useAssistantText();
  const { language } = useLanguage();
  const { ask, isPossible, toComposer } = useAsking();
  const { name, calls } = plan;
  // The buttons that are pressed are gone then.
  const approve = (): void => {
    toComposer();
    void ask({ text: '', attachments: [], approvePlan: name, language });
  };
  const forget = (): void => {
    toComposer();
    void change.start({ plan: null });
  };
  return (
    <Paper
      component="article"
      aria-label={t.planTitle(calls.length)}
      variant="outlined"
      sx={{ p: 2, borderColor: 'warning.main' }}
    >
      <Stack spacing={1.5}>
        <Typography component="h2" variant="subtitle1" sx={{ fontWeight: 650 }}>
          {t.planTitle(calls.length)}
        </Typography>
        <Typography variant="body2" color="text.secondary">
          {t.planText}
        </Typography>
        {calls.map((call, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a list that does not change
          <Box key={index}>
            <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
              <Typography component="h3" variant="subtitle2" sx={{ overflowWrap: 'anywhere' }}>
                {cleanText(call.title).trim() || cleanText(call.tool)}
              </Typography>
              <Typography variant="body2" color="text.secondary">
                {cleanText(call.tool)}
              </Typography>
              <Chip size="small" variant="outlined" color={riskColor(call.risk)} label={t.risk(call.risk)} />
            </Box>
            <PreviewView text={call.preview || call.arguments} label={t.exactly} />
          </Box>
        ))}
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
          <Button variant="contained" size="small" disabled={!isPossible || change.isRunning} onClick={approve}>
            {t.approveOnce}
          </Button>
          <Button color="error" size="small" disabled={change.isRunning} onClick={forget}>
            {t.reject}
          </Button>
        </Box>
        <CommandHint command={`gantry ai --yes-to ${name}`} />
      </Stack>
    </Paper>
  );
}
