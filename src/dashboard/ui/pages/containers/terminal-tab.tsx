import { Alert, Box, Button, Stack, TextField, Typography, useTheme } from '@mui/material';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { CommandHint, ErrorNotice } from '../../kit/index.ts';
import { splitWords } from './split-words.ts';
import type { TerminalScreen } from './terminal-screen.ts';
import { useText } from './text.ts';
import { useTerminal } from './use-terminal.ts';

/** A program in the container, on a terminal of this page. */
export function TerminalTab({ name, status }: { readonly name: string; readonly status: string }): ReactNode {
  const t = useText();
  const { palette } = useTheme();
  const colours = { background: palette.background.default, foreground: palette.text.primary };
  const box = useRef<HTMLDivElement>(null);
  const leave = useRef<HTMLButtonElement>(null);
  const [screen, setScreen] = useState<TerminalScreen>();
  const [unloaded, setUnloaded] = useState<unknown>();
  const [command, setCommand] = useState('');
  const [user, setUser] = useState('');
  const program = useTerminal(name);
  const now = useRef(program);
  useEffect(() => {
    now.current = program;
  });
  useEffect(() => {
    const parent = box.current;
    if (!parent) return undefined;
    let made: TerminalScreen | undefined;
    let isGone = false;
    const make = async (): Promise<void> => {
      const load = (): Promise<typeof import('./terminal-screen.ts')> => import('./terminal-screen.ts');
      // Browsers drop what they load when a network comes or goes, as it does with every container.
      const { createTerminalScreen } = await load().catch(load);
      if (isGone) return;
      made = createTerminalScreen(parent, {
        nonce: document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? '',
        colours,
        onText: (text) => now.current.type(text),
        onSize: (size) => now.current.resize(size),
        onLeave: () => leave.current?.focus(),
      });
      setScreen(made);
    };
    make().catch((error: unknown) => setUnloaded(error));
    return () => {
      isGone = true;
      made?.destroy();
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- colours are told to the screen that is there
  }, []);
  useEffect(() => screen?.colour(colours), [screen, colours.background, colours.foreground]); // oxlint-disable-line react-hooks/exhaustive-deps
  const { state } = program;
  const isOn = state.state === 'opening' || state.state === 'open';
  const words = splitWords(command);
  const open = (): void => {
    if (!screen || !words) return;
    screen.clear();
    program.open(screen, {
      command: words.length === 0 ? undefined : words,
      user: user.trim() === '' ? undefined : user.trim(),
    });
  };
  return (
    <Stack spacing={1.5}>
      {status !== 'running' && status !== '' && <Alert severity="info">{t.notRunning}</Alert>}
      <Stack
        direction="row"
        spacing={1.5}
        useFlexGap
        component="form"
        aria-label={t.terminal}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          open();
        }}
        sx={{ flexWrap: 'wrap', alignItems: 'center' }}
      >
        <TextField
          size="small"
          label={t.terminalCommand}
          placeholder="sh"
          value={command}
          error={!words}
          onChange={(event) => setCommand(event.target.value)}
        />
        <TextField size="small" label={t.terminalUser} value={user} onChange={(event) => setUser(event.target.value)} />
        <Button type="submit" variant="contained" disabled={!screen || !words || isOn}>
          {t.terminalOpen}
        </Button>
        <Button ref={leave} disabled={!isOn} onClick={() => program.close()}>
          {t.terminalClose}
        </Button>
        <Typography variant="body2" color="text.secondary" role="status">
          {state.state === 'open' ? t.terminalIsOpen : ''}
          {state.state === 'ended' ? t.terminalEnded(state.exitCode) : ''}
        </Typography>
      </Stack>
      {unloaded !== undefined && <ErrorNotice error={unloaded} />}
      {state.state === 'failed' && <ErrorNotice error={state.error} />}
      {state.state === 'ended' && (state.exitCode === 126 || state.exitCode === 127) && (
        <Alert severity="warning">{t.terminalNoShell}</Alert>
      )}
      <Box
        ref={box}
        role="region"
        aria-label={t.terminalOf(name)}
        sx={{ height: '55vh', border: 1, borderColor: 'divider', borderRadius: 1, p: 1, overflow: 'hidden' }}
      />
      <Typography variant="body2" color="text.secondary">
        {t.terminalKeys}
      </Typography>
      <CommandHint
        command={`docker exec -it ${user.trim() === '' ? '' : `--user ${user.trim()} `}${name} ${command.trim() || 'sh'}`}
      />
    </Stack>
  );
}
