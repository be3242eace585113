import { Box, FormControlLabel, FormHelperText, Switch } from '@mui/material';
import { daemonStatusBody } from '#contract';
import { useState, type ReactNode } from 'react';
import { ConfirmDialog, useApi } from '../../kit/index.ts';
import { InputField } from './fields.tsx';
import { useSettingsText } from './settings-text.ts';
import { useChange, useSetting } from './use-settings.ts';

const key = 'server.port';
const usualPort = 12_434;

/** The port of the page itself, so it asks first and goes where the page is then. 0 is no TCP. */
export function PortField(): ReactNode {
  const t = useSettingsText();
  const port = useSetting(key);
  const change = useChange();
  // Null is the default, undefined that nobody asked.
  const [wanted, setWanted] = useState<number | null>();
  const api = useApi();
  const isOn = port.value !== 0;
  const target = wanted === null ? defaultOf(port.default) : wanted;
  /** Goes where the page is from now on. A port that the daemon was started with wins over the settings; then it stays here. */
  const follow = async (to: number): Promise<void> => {
    const status = await api.json({ path: '/gantry/status' }, daemonStatusBody).catch(() => undefined);
    const isServed = status === undefined || status.addresses.some((address) => address.endsWith(`:${to}`));
    if (isServed && window.location.port !== String(to)) window.location.assign(addressAt(to));
  };
  return (
    <>
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
        kind="number"
        onWanted={(value) => setWanted(typeof value === 'number' ? value : null)}
      />
      <ConfirmDialog
        open={wanted !== undefined}
        title={t.portTitle}
        text={target === 0 ? t.portOffText : t.portText(addressAt(target ?? usualPort))}
        confirm={t.portConfirm}
        command={`gantry settings set ${key} ${target ?? usualPort}`}
        isRunning={change.isRunning}
        onClose={() => {
          setWanted(undefined);
          change.forget();
        }}
        onConfirm={() => {
          void change.start({ key, value: wanted ?? null }).then((done) => {
            if (!done) return;
            setWanted(undefined);
            if (target !== undefined && target !== 0) void follow(target);
          });
        }}
      >
        {change.error !== undefined && (
          <FormHelperText role="alert" error>
            {change.error}
          </FormHelperText>
        )}
      </ConfirmDialog>
    </>
  );
}

function defaultOf(value: unknown): number {
  return typeof value === 'number' ? value : usualPort;
}

function addressAt(port: number): string {
  const { protocol, hostname } = window.location;
  return `${protocol}//${hostname}:${port}/dashboard/`;
}
