import { Alert, Button, FormControlLabel, Switch, Typography } from '@mui/material';
import { assistantStateBody } from '#contract';
import { useState, type ReactNode } from 'react';
import { CommandHint, ErrorNotice, Loading, Markdown, useAction, useLanguage, useResource } from '../../kit/index.ts';
import { Section } from './section.tsx';
import { useSettingsText } from './settings-text.ts';

const path = '/gantry/assistant';

/** The assistant's switch; it is on only after its terms were accepted. */
export function DockerAi(): ReactNode {
  const t = useSettingsText();
  const { language } = useLanguage();
  const state = useResource({ path, schema: assistantStateBody });
  const [isReading, setReading] = useState(false);
  const enable = useAction({
    run: (api, version: number) => api.send({ path: `${path}/enable`, method: 'POST', body: { acceptTerms: version } }),
    changes: [path, '/gantry/status'],
  });
  const disable = useAction({
    run: (api) => api.send({ path: `${path}/disable`, method: 'POST' }),
    changes: [path, '/gantry/status'],
  });
  const { data, error, isLoading, reload } = state;
  const isMissing = error?.code === 'request.not_found';
  return (
    <Section title={t.ai} text={t.aiText}>
      {isLoading && !error && <Loading />}
      {isMissing && <Typography color="text.secondary">{t.aiMissing}</Typography>}
      {error && !isMissing && <ErrorNotice error={error} onRetry={reload} />}
      {data && (
        <>
          <FormControlLabel
            label={t.aiOn}
            control={
              <Switch
                checked={data.enabled || isReading}
                onChange={(_event, on) => {
                  setReading(on && !data.enabled);
                  if (!on && data.enabled) void disable.start();
                }}
              />
            }
          />
          {isReading && !data.enabled && (
            <Alert
              severity="info"
              action={
                <Button
                  color="inherit"
                  loading={enable.isRunning}
                  onClick={() => void enable.start(data.terms.version).then(() => setReading(false))}
                >
                  {t.aiAccept}
                </Button>
              }
            >
              {t.aiTerms}
              <Markdown text={data.terms.text[language]} />
            </Alert>
          )}
          {data.model && <Typography color="text.secondary">{t.aiModel(data.model.name)}</Typography>}
        </>
      )}
      <CommandHint command="gantry ai" />
    </Section>
  );
}
