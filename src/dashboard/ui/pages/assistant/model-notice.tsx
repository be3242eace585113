import { Alert, AlertTitle, Box, Button, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { AssistantStateBody } from '#contract';
import { CommandHint, useAction, useErrorTeller, useLanguage } from '../../kit/index.ts';
import { ModelOpener } from './model-button.tsx';
import { base, useAssistantText } from './text.ts';

/** What keeps the model from answering, or what leaves this machine when it does. */
export function ModelNotice({ state }: { readonly state: AssistantStateBody }): ReactNode {
  const { disclosure, modelError, model } = state;
  if (modelError) return <Broken error={modelError} />;
  if (disclosure && !disclosure.acknowledged) return <Disclosure disclosure={disclosure} />;
  return model ? null : <NoModel why={state.whyNoModel} />;
}

function Broken({ error }: { readonly error: NonNullable<AssistantStateBody['modelError']> }): ReactNode {
  const t = useAssistantText();
  const { message, hint } = useErrorTeller()(error);
  return (
    <Alert severity="error" sx={{ mb: 2 }}>
      <AlertTitle>{t.modelBroken}</AlertTitle>
      {message} {hint}
      <Box sx={{ mt: 1 }}>
        <ModelOpener label={t.modelChoose} />
      </Box>
    </Alert>
  );
}

function NoModel({ why }: { readonly why: AssistantStateBody['whyNoModel'] }): ReactNode {
  const t = useAssistantText();
  const { language } = useLanguage();
  return (
    <Alert severity="info" sx={{ mb: 2 }}>
      {t.noModel} {why?.[language]}
      <Box sx={{ mt: 1, display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        <ModelOpener label={t.modelChoose} />
        <Button component={Link} to="/models/search" size="small" color="inherit">
          {t.toModels}
        </Button>
      </Box>
    </Alert>
  );
}

/** Nothing is sent before it was read. */
function Disclosure({ disclosure }: { readonly disclosure: NonNullable<AssistantStateBody['disclosure']> }): ReactNode {
  const t = useAssistantText();
  const { language } = useLanguage();
  const acknowledge = useAction<string>({
    run: (api, id) => api.send({ path: `${base}/acknowledge`, method: 'POST', body: { disclosure: id } }),
    changes: [base],
  });
  return (
    <Alert severity="warning" role="region" aria-label={t.remote} sx={{ mb: 2 }}>
      <AlertTitle component="h2">{t.remote}</AlertTitle>
      <Typography sx={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>{disclosure.text[language]}</Typography>
      <Typography sx={{ my: 1 }}>{t.remoteWaits}</Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mb: 1 }}>
        <Button
          variant="contained"
          size="small"
          loading={acknowledge.isRunning}
          onClick={() => void acknowledge.start(disclosure.id)}
        >
          {t.acknowledge}
        </Button>
        <ModelOpener label={t.modelChooseOther} />
      </Box>
      <CommandHint command="gantry ai acknowledge" />
    </Alert>
  );
}
