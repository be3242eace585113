import { Alert, Box, LinearProgress } from '@mui/material';
import type { ReactNode } from 'react';
import { CleanText, cutLine } from '../../kit/index.ts';
import { LongText } from './long-text.tsx';
import { Question } from './question.tsx';
import { ResultView } from './result-view.tsx';
import { useMcpText } from './text.ts';
import type { TriedCall } from './use-call.ts';

/** How far a call is, what its server asks and says meanwhile, and what it brings. */
export function CallView({ call: { state, said } }: { readonly call: TriedCall }): ReactNode {
  const t = useMcpText();
  return (
    <>
      <Box role="status">
        {state.kind === 'running' && (
          <>
            <CleanText text={state.progress} />
            <LinearProgress
              aria-label={t.running}
              {...(state.share !== undefined && {
                variant: 'determinate',
                value: Math.min(100, Math.max(0, state.share)),
              })}
            />
          </>
        )}
        {state.kind === 'failed' && (
          <Alert severity="error">
            <CleanText text={state.text} />
          </Alert>
        )}
      </Box>
      {state.kind === 'running' && state.asked && (
        <Question key={state.asked.question} call={state.call} asked={state.asked} />
      )}
      {said.length > 0 && (
        <LongText text={said.map((line) => cutLine(line, 2000).text).join('\n')} label={t.saidMeanwhile} />
      )}
      {state.kind === 'done' && <ResultView result={state.result.result} tookMs={state.result.tookMs} />}
    </>
  );
}
