import { Alert, AlertTitle, Box, Button } from '@mui/material';
import { engineBody } from '#contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, type ReactNode } from 'react';
import { askAgain, tellError, useEngineState, useKitText, useResource } from '../kit/index.ts';
import { useShellText } from './shell-text.ts';

const path = '/gantry/docker/engine';
const askAgainMs = 5000;
/** What the Engine answers, directly or through servers in containers. */
const ofEngine = [
  '/gantry/docker',
  '/gantry/containers',
  '/gantry/images',
  '/gantry/volumes',
  '/gantry/networks',
  '/gantry/mcp',
];

/** Says that the Engine is away, why, and what brings it back; leaves by itself when it does. */
export function EngineBanner(): ReactNode {
  const t = useShellText();
  const state = useEngineState();
  const client = useQueryClient();
  const isDown = state === 'down';
  const { error, reload } = useResource({ path, schema: engineBody, enabled: isDown, refreshMs: askAgainMs });
  const kit = useKitText();
  const told = error && tellError(error, kit);
  const wasDown = useRef(false);
  useEffect(() => {
    if (wasDown.current && state === 'up') void askAgain(client, ofEngine);
    if (state !== 'unknown') wasDown.current = isDown;
  }, [state, isDown, client]);
  return (
    <Box role="status" aria-live="polite">
      {isDown && (
        <Alert
          severity="warning"
          square
          action={
            <Button color="inherit" size="small" onClick={reload}>
              {t.askAgain}
            </Button>
          }
        >
          <AlertTitle>{t.engineAway}</AlertTitle>
          {told && `${told.message} ${told.hint ?? ''}`} {t.engineAsked}
        </Alert>
      )}
    </Box>
  );
}
