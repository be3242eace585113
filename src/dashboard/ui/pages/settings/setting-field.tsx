import { Typography } from '@mui/material';
import { lazy, Suspense, type ReactNode } from 'react';
import { Loading } from '../../kit/index.ts';
import type { SettingKey } from '../../messages/en/setting-words.ts';
import { CertificateField } from './certificate-field.tsx';
import { AssistantSwitch } from './docker-ai.tsx';
import { InputField, SelectField, SwitchField, type FieldProps } from './fields.tsx';
import { Frame } from './frame.tsx';
import { keysOf, settingKinds, type SettingGroup } from './kinds.ts';
import { ListField } from './list-field.tsx';
import { PortField } from './port-field.tsx';
import { useSettingsText, useSettingWords } from './settings-text.ts';
import { useChange, useSetting } from './use-settings.ts';

/** Brings the reader of YAML along, so it is loaded when it is needed. */
const YamlField = lazy(async () => ({ default: (await import('./yaml-field.tsx')).YamlField }));

export function SettingField({ setting }: FieldProps): ReactNode {
  const kind = settingKinds.get(setting);
  switch (kind) {
    case 'switch':
      return <SwitchField setting={setting} />;
    case 'choice':
      return <SelectField setting={setting} />;
    case 'text':
    case 'number':
    case 'size':
      return <InputField setting={setting} kind={kind} />;
    case 'list':
      return <ListField setting={setting} />;
    case 'yaml':
      return (
        <Suspense fallback={<Loading />}>
          <YamlField setting={setting} />
        </Suspense>
      );
    case 'port':
      return <PortField />;
    case 'certificate':
      // The certificate brings its key along.
      return setting === 'server.tls.certificate' ? <CertificateField /> : null;
    case 'assistant':
      return <AssistantSwitch />;
    case 'terms':
      return <Terms setting={setting} />;
    case undefined:
      return null;
  }
}

export function SettingFields({ group }: { readonly group: SettingGroup }): ReactNode {
  return keysOf(group).map((key: SettingKey) => <SettingField key={key} setting={key} />);
}

/** Only what was agreed to: it is agreed to with the switch. */
function Terms({ setting: key }: FieldProps): ReactNode {
  const t = useSettingsText();
  const setting = useSetting(key);
  const change = useChange();
  const words = useSettingWords()[key];
  return (
    <Frame setting={setting} change={change}>
      {() => (
        <Typography>
          {words.name}: {typeof setting.value === 'number' ? t.version(String(setting.value)) : words.unset}
        </Typography>
      )}
    </Frame>
  );
}
