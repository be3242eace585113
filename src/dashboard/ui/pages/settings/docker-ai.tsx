import { Alert, Button, FormControlLabel, Switch, Typography } from '@mui/material';
import { assistantStateBody } from '#contract';
import { useState, type ReactNode } from 'react';
import { CommandHint, ErrorNotice, Loading, Markdown, useAction, useLanguage, useResource } from '../../kit/index.ts';
import { Frame } from './frame.tsx';
import { useSettingsText, useSettingWords } from './settings-text.ts';
import { useChange, useSetting } from './use-settings.ts';

const path = '/gantry/assistant';
const key = 'assistant.enabled';

/** The assistant's switch; it is on only after its terms were accepted. */
export function AssistantSwitch(): ReactNode {
  const t = useSettingsText();
  const words = useSettingWords()[key];
  const { language } = useLanguage();
  const setting = useSetting(key);
  const change = useChange();
  const state = useResource({ path, schema: assistantStateBody, refreshMs: 4000 });
  const [isReading, setReading] = useState(false);
  const enable = useAction({
    run: (api, version: number) => api.send({ path: `${path}/enable`, method: 'POST', body: { acceptTerms: version } }),
    changes: ['/'],
  });
  const disable = useAction({ run: (api) => api.send({ path: `${path}/disable`, method: 'POST' }), changes: ['/'] });
  const { data, error, isLoading, reload } = state;
  if (isLoading && !error) return <Loading />;
  if (error?.code === 'request.not_found') return <Typography color="text.secondary">{t.aiMissing}</Typography>;
  return (
    <>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {data && (
        <Frame setting={setting} change={change}>
          {({ describedBy }) => (
            <FormControlLabel
              label={words.name}
              disabled={setting.isLocked}
              control={
                <Switch
                  checked={data.enabled || isReading}
                  slotProps={{ input: { 'aria-describedby': describedBy } }}
                  onChange={(_event, on) => {
                    setReading(on && !data.enabled);
                    if (!on && data.enabled) void disable.start();
                  }}
                />
              }
            />
          )}
        </Frame>
      )}
      {data && isReading && !data.enabled && (
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
      {data?.model && <Typography color="text.secondary">{t.aiModel(data.model.name)}</Typography>}
      <CommandHint command="gantry ai enable" />
    </>
  );
}
