import { Alert, Box, Button, Stack, Table, TableBody, TableCell, TableHead, TableRow, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CleanText, cleanText, CommandHint, useFormat, useLanguage, VirtualList } from '../../kit/index.ts';
import type { Place } from './place.ts';
import { useText } from './text.ts';
import { useBuild, type Built, type BuildState, type Failed } from './use-build.ts';

export interface BuildCheckProps {
  readonly place: Place;
  readonly before: string;
  readonly after?: string | undefined;
  /** What the button says. */
  readonly start: string;
  readonly command: string;
}

/** Builds with nothing from a cache, beside whatever else is done on the page, and says what came of it. */
export function BuildCheck({ place, before, after, start, command }: BuildCheckProps): ReactNode {
  const t = useText();
  const build = useBuild();
  const [isAsked, setAsked] = useState(false);
  const { state } = build;
  return (
    <Stack spacing={1} component="section" aria-label={t.build}>
      <Stack direction="row" spacing={1} useFlexGap sx={{ alignItems: 'center', flexWrap: 'wrap' }}>
        <Button
          size="small"
          variant="outlined"
          disabled={state.isRunning}
          onClick={() => {
            setAsked(true);
            build.start({ place, before, after });
          }}
        >
          {start}
        </Button>
        {state.isRunning && (
          <Button size="small" color="error" onClick={build.stop}>
            {t.stopBuild}
          </Button>
        )}
        <Box role="status">{statusText(state, isAsked, t)}</Box>
        <CommandHint command={command} />
      </Stack>
      {state.log.length > 0 && (
        <VirtualList
          label={t.buildLog}
          items={state.log}
          rowHeight={20}
          height={Math.min(240, 28 + state.log.length * 20)}
          followEnd={state.isRunning}
          render={(line) => (
            <Box component="code" sx={{ px: 1, fontSize: 13, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {cleanText(line)}
            </Box>
          )}
        />
      )}
      {state.left > 0 && <Typography color="text.secondary">{t.logLeft(state.left)}</Typography>}
      {state.error !== undefined && (
        <Alert severity="error">
          <CleanText text={state.error} />
        </Alert>
      )}
      {state.failed && <Failure failed={state.failed} isPair={after !== undefined} />}
      <Results before={state.before} after={state.after} />
    </Stack>
  );
}

function statusText(state: BuildState, isAsked: boolean, t: ReturnType<typeof useText>): string {
  if (state.isRunning) return state.which === 'after' ? t.buildingAfter : t.buildingBefore;
  if (state.isStopped) return t.buildStopped;
  return isAsked && state.before && !state.failed && state.error === undefined ? t.buildWorks : '';
}

function Failure({ failed, isPair }: { readonly failed: Failed; readonly isPair: boolean }): ReactNode {
  const t = useText();
  const { language } = useLanguage();
  const title = isPair ? (failed.which === 'after' ? t.afterFailed : t.beforeFailed) : t.buildFailed;
  return (
    <Alert severity="error">
      <div>{title}</div>
      <CleanText component="code" text={failed.reason} />
      {failed.causes.map(({ id, text }) => (
        <Box key={id} sx={{ mt: 1 }}>
          <CleanText component="div" sx={{ fontWeight: 600 }} text={`${text[language].title} (${id})`} />
          <CleanText component="div" text={`${text[language].why} ${text[language].advice}`} />
        </Box>
      ))}
    </Alert>
  );
}

function Results({
  before,
  after,
}: {
  readonly before: Built | undefined;
  readonly after: Built | undefined;
}): ReactNode {
  const t = useText();
  const format = useFormat();
  if (!before) return null;
  const rows = [
    { name: t.imageSize, of: ({ sizeBytes }: Built) => format.bytes(sizeBytes) },
    { name: t.layers, of: ({ layers }: Built) => String(layers) },
    { name: t.buildTime, of: ({ durationMs }: Built) => t.seconds((durationMs / 1000).toFixed(1)) },
    { name: t.builder, of: ({ builder }: Built) => builder },
  ];
  return (
    <Table size="small" aria-label={t.measured} sx={{ maxWidth: 480 }}>
      <TableHead>
        <TableRow>
          <TableCell>{t.measured}</TableCell>
          <TableCell align="right">{after ? t.before : t.thisText}</TableCell>
          {after && <TableCell align="right">{t.after}</TableCell>}
        </TableRow>
      </TableHead>
      <TableBody>
        {rows.map(({ name, of }) => (
          <TableRow key={name}>
            <TableCell component="th" scope="row">
              {name}
            </TableCell>
            <TableCell align="right">{of(before)}</TableCell>
            {after && <TableCell align="right">{of(after)}</TableCell>}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
