import type { ReactNode } from 'react';
import { useState } from 'react';
import { Box, FormControlLabel, Switch } from '@mui/material';
import { daemonStatusBody } from '#contract';
import { ConfirmDialog, useApi } from '../../kit/index.ts';
import { InputField, ListField, SelectField, SwitchField } from './fields.tsx';
import { Section } from './section.tsx';
import { useSettingsText } from './settings-text.ts';
import { useChange, useSetting } from './use-settings.ts';

const key = 'server.port';
const usualPort = 12_434;

/** Docker Desktop's switches of the Model Runner. */
export function Runner(): ReactNode {
  const t = useSettingsText();
  const port = useSetting(key);
  const change = useChange();
  // Null is the default, undefined that nobody asked.
  const [wanted, setWanted] = useState<number | null>();
  const api = useApi();
  const isOn = port.value !== 0;
  const target = wanted === null ? usualPort : wanted;
  /** Goes where the page is from now on. A port that the daemon was started with wins over the settings; then it stays here. */
  const follow = async (to: number): Promise<void> => {
    const status = await api.json({ path: '/gantry/status' }, daemonStatusBody).catch(() => undefined);
    const isServed = status === undefined || status.addresses.some((address) => address.endsWith(`:${to}`));
    if (isServed && window.location.port !== String(to)) window.location.assign(addressAt(to));
  };
  return (
    <Section title={t.runner}>
      <SwitchField setting="modelRunner.enabled" label={t.runnerOn} />
      <Box>
        <FormControlLabel
          label={t.tcp}
          disabled={port.isLocked}
          control={
            <Switch
              checked={wanted === undefined ? isOn : wanted !== 0}
              onChange={(_event, on) => setWanted(on ? null : 0)}
            />
          }
        />
      </Box>
      <InputField
        setting={key}
        label={t.port}
        kind="number"
        onWanted={(value) => setWanted(typeof value === 'number' ? value : null)}
      />
      <ListField setting="server.origins" label={t.cors} />
      <SelectField
        setting="inference.gpu"
        label={t.gpu}
        options={[
          { value: 'auto', text: t.gpuAuto },
          { value: 'none', text: t.gpuNone },
          { value: 'cuda', text: 'CUDA' },
          { value: 'rocm', text: 'ROCm' },
          { value: 'musa', text: 'MUSA' },
          { value: 'cann', text: 'CANN' },
        ]}
      />
      <InputField setting="inference.memory" label={t.memory} kind="text" />
      <InputField setting="inference.keepAlive" label={t.keepAlive} kind="text" />
      <InputField setting="inference.contextSize" label={t.contextSize} kind="number" />
      <InputField setting="inference.parallel" label={t.parallel} kind="number" />
      <ConfirmDialog
        open={wanted !== undefined}
        title={t.portTitle}
        text={target === 0 ? t.portOffText : t.portText(addressAt(target ?? usualPort))}
        confirm={t.portConfirm}
        command={`gantry settings set ${key} ${target ?? usualPort}`}
        isRunning={change.isRunning}
        onClose={() => setWanted(undefined)}
        onConfirm={() => {
          void change.start({ key, value: wanted ?? null }).then((done) => {
            setWanted(undefined);
            if (done && target !== undefined && target !== 0) void follow(target);
          });
        }}
      />
    </Section>
  );
}

function addressAt(port: number): string {
  const { protocol, hostname } = window.location;
  return `${protocol}//${hostname}:${port}/dashboard/`;
}
