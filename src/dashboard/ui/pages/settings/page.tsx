import { Stack } from '@mui/material';
import type { ReactNode } from 'react';
import { CommandHint, PageHeader, ResourceView } from '../../kit/index.ts';
import { AllSettings } from './all-settings.tsx';
import { ApiKeys } from './api-keys.tsx';
import { DockerAi } from './docker-ai.tsx';
import { InputField, SelectField, SwitchField } from './fields.tsx';
import { Look } from './look.tsx';
import { Mirrors } from './mirrors.tsx';
import { Runner } from './runner.tsx';
import { Section } from './section.tsx';
import { useSettingsText } from './settings-text.ts';
import { Storage } from './storage.tsx';
import { SettingsContext, useSettings } from './use-settings.ts';

export function Page(): ReactNode {
  const t = useSettingsText();
  const settings = useSettings();
  const recordOptions = [
    { value: 'on', text: t.everything },
    { value: 'metadata', text: t.metadata },
    { value: 'off', text: t.off },
  ];
  return (
    <>
      <PageHeader title={t.title} text={t.text} />
      <ResourceView resource={settings}>
        {(entries) => (
          <SettingsContext value={entries}>
            <Stack spacing={2} sx={{ maxWidth: 1000 }}>
              <DockerAi />
              <Runner />
              <Section title={t.toolkit}>
                <SwitchField setting="mcp.enabled" label={t.toolkitEnabled} />
                <SwitchField setting="mcp.blockSecrets" label={t.blockSecrets} />
                <SwitchField setting="mcp.blockNetwork" label={t.blockNetwork} />
                <SelectField setting="mcp.record" label={t.mcpRecord} options={recordOptions} />
              </Section>
              <Mirrors />
              <Section title={t.access} text={t.accessText}>
                <InputField setting="server.host" label={t.host} kind="text" />
                <SelectField
                  setting="server.access"
                  label={t.accessMode}
                  options={[
                    { value: 'auto', text: t.accessAuto },
                    { value: 'keys', text: t.accessKeys },
                    { value: 'open', text: t.accessOpen },
                  ]}
                />
                <SelectField
                  setting="server.bridgeAccess"
                  label={t.bridge}
                  options={[
                    { value: 'open', text: t.bridgeOpen },
                    { value: 'keys', text: t.bridgeKeys },
                  ]}
                />
                <SwitchField setting="server.tls.enabled" label={t.tls} />
                <ApiKeys />
              </Section>
              <Look />
              <Storage recordOptions={recordOptions} />
              <AllSettings entries={entries} />
              <CommandHint command="gantry settings" />
            </Stack>
          </SettingsContext>
        )}
      </ResourceView>
    </>
  );
}
