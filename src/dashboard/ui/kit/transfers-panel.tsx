import { Alert, AlertTitle, Box, Button, LinearProgress, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { cutLine } from './clean-text.ts';
import { useKitText } from './errors.ts';
import { useFormat } from './format.ts';
import { percentOf, rateOf, secondsLeft, type Progress } from './transfer.ts';
import { useTransfers, type Transfer } from './transfers.tsx';

/** More than these say nothing more. */
const mostLayers = 40;

/** What is on its way, above every page. */
export function TransfersPanel(): ReactNode {
  const { list } = useTransfers();
  const t = useKitText();
  if (list.length === 0) return null;
  return (
    <Stack component="section" aria-label={t.transfers} spacing={1} sx={{ px: { xs: 2, md: 3 }, pt: 2 }}>
      {list.map((one) => (
        <TransferRow key={one.id} transfer={one} />
      ))}
    </Stack>
  );
}

function TransferRow({ transfer: { id, title, leadsTo, state } }: { readonly transfer: Transfer }): ReactNode {
  const t = useKitText();
  const { cancel, dismiss } = useTransfers();
  const isRunning = state.state === 'running';
  const place = state.state === 'done' || state.state === 'failed' ? leadsTo?.[state.state] : undefined;
  const severity = ({ running: 'info', done: 'success', failed: 'error', cancelled: 'warning' } as const)[state.state];
  return (
    <Alert
      severity={severity}
      variant="outlined"
      sx={{ bgcolor: 'background.paper', '& .MuiAlert-message': { flex: 1, minWidth: 0 } }}
      action={
        <>
          {place && (
            <Button
              color="inherit"
              size="small"
              component={Link}
              to={place.path}
              state={place.state}
              onClick={() => dismiss(id)}
            >
              {state.state === 'done' ? t.open : t.change}
            </Button>
          )}
          <Button color="inherit" size="small" onClick={() => (isRunning ? cancel(id) : dismiss(id))}>
            {isRunning ? t.cancel : t.close}
          </Button>
        </>
      }
    >
      <AlertTitle sx={{ overflowWrap: 'anywhere' }}>{title}</AlertTitle>
      {state.state === 'running' && <Bar title={title} progress={state.progress} />}
      {state.state === 'done' && (
        <>
          <Typography variant="body2">{state.message}</Typography>
          {state.warnings.map((text) => (
            <Typography key={text} variant="body2" sx={{ overflowWrap: 'anywhere' }}>
              {text}
            </Typography>
          ))}
        </>
      )}
      {state.state === 'failed' && (
        <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
          {state.message} {state.hint}
        </Typography>
      )}
      {state.state === 'cancelled' && (
        <>
          {t.cancelled} {state.hint}
        </>
      )}
    </Alert>
  );
}

function Bar({ title, progress }: { readonly title: string; readonly progress: Progress }): ReactNode {
  const t = useKitText();
  const format = useFormat();
  const percent = percentOf(progress);
  const [rate, left] = [rateOf(progress), secondsLeft(progress)];
  const layers = Object.entries(progress.layers);
  return (
    <Box>
      <LinearProgress
        aria-label={title}
        variant={percent === undefined ? 'indeterminate' : 'determinate'}
        value={percent ?? 0}
        sx={{ my: 0.5 }}
      />
      <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
        {percent === undefined
          ? progress.message || t.loading
          : [
              `${format.bytes(progress.doneBytes)} / ${format.bytes(progress.totalBytes)}`,
              `${format.number(percent)} %`,
              rate !== undefined && t.rate(format.bytes(rate)),
              left !== undefined && t.timeLeft(left),
            ]
              .filter(Boolean)
              .join(' · ')}
      </Typography>
      {layers.length > 1 && (
        <Box component="details" sx={{ mt: 0.5, color: 'text.secondary', fontSize: 13 }}>
          <Box component="summary" sx={{ cursor: 'pointer' }}>
            {t.layers(layers.length)}
          </Box>
          {layers.slice(0, mostLayers).map(([id, { doneBytes, sizeBytes }]) => (
            <Box key={id} sx={{ display: 'flex', gap: 2, fontFamily: 'monospace' }}>
              <Box
                component="span"
                sx={{ flex: 1, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
              >
                {cutLine(id, 80).text}
              </Box>
              <span>
                {format.bytes(doneBytes)} / {format.bytes(sizeBytes)}
              </span>
            </Box>
          ))}
        </Box>
      )}
    </Box>
  );
}
