import { Box, Button, Paper, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { Route, Routes, useParams } from 'react-router';
import { assistantStateBody, type AssistantStateBody } from '#contract';
import { CommandHint, PageHeader, ResourceView, useAction, useLanguage, useResource } from '../../kit/index.ts';
import { ModelNotice } from './model-notice.tsx';
import { NewSession } from './new-session.tsx';
import { SessionList } from './session-list.tsx';
import { base, useAssistantText } from './text.ts';
import { ThreadView } from './thread-view.tsx';

export function Page(): ReactNode {
  const t = useAssistantText();
  const state = useResource({ path: base, schema: assistantStateBody });
  return (
    <>
      <PageHeader title={t.title} text={t.text} />
      <ResourceView resource={state}>{(known) => <Gate state={known} />}</ResourceView>
    </>
  );
}

/** Nothing of the assistant is there before its terms have been accepted. */
function Gate({ state }: { readonly state: AssistantStateBody }): ReactNode {
  const t = useAssistantText();
  const { language } = useLanguage();
  const enable = useAction<number>({
    run: (api, acceptTerms) => api.send({ path: `${base}/enable`, method: 'POST', body: { acceptTerms } }),
    changes: [base, '/gantry/settings'],
  });
  const { enabled, terms } = state;
  if (!enabled) {
    return (
      <Question title={t.off} intro={t.offText} text={terms.text[language]} command="gantry ai enable">
        <Button variant="contained" loading={enable.isRunning} onClick={() => void enable.start(terms.version)}>
          {t.enable}
        </Button>
      </Question>
    );
  }
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', md: '260px minmax(0, 1fr)' }, gap: 2 }}>
      <SessionList />
      <Box component="section" aria-label={t.conversation} sx={{ minWidth: 0 }}>
        <ModelNotice state={state} />
        <Routes>
          <Route index element={<NewSession state={state} />} />
          <Route path=":id" element={<Session state={state} />} />
        </Routes>
      </Box>
    </Box>
  );
}

function Session({ state }: { readonly state: AssistantStateBody }): ReactNode {
  const { id = '' } = useParams();
  return <ThreadView key={id} id={id} state={state} />;
}

function Question(props: {
  readonly title: string;
  readonly intro?: string | undefined;
  readonly text: string;
  readonly command: string;
  readonly children: ReactNode;
}): ReactNode {
  const { title, intro, text, command, children } = props;
  return (
    <Paper variant="outlined" sx={{ p: 3, maxWidth: 760 }}>
      <Stack spacing={2} sx={{ alignItems: 'flex-start' }}>
        <Typography variant="h6" component="h2">
          {title}
        </Typography>
        {intro !== undefined && <Typography color="text.secondary">{intro}</Typography>}
        <Typography sx={{ whiteSpace: 'pre-line' }}>{text}</Typography>
        {children}
        <CommandHint command={command} />
      </Stack>
    </Paper>
  );
}
