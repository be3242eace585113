import { Alert, Box, Button, Chip, Paper, Stack, Typography } from '@mui/material';
import { diagnosisBody, fixOutcomeBody, type DiagnosisBody, type FixOutcomeBody } from '#contract';
import { useState, type ReactNode } from 'react';
import {
  CleanText,
  CodeBlock,
  CommandHint,
  CommandList,
  ConfirmDialog,
  CopyButton,
  ResourceView,
  useAction,
  useLanguage,
  useResource,
} from '../../kit/index.ts';
import { useText } from './text.ts';

type Cause = DiagnosisBody['causes'][number];
type Fix = Cause['fixes'][number];
type Line = DiagnosisBody['telling'][number];

export function DiagnosisTab({ name }: { readonly name: string }): ReactNode {
  const t = useText();
  const path = `/gantry/containers/${encodeURIComponent(name)}/diagnosis`;
  const diagnosis = useResource({ path, schema: diagnosisBody });
  const [outcome, setOutcome] = useState<FixOutcomeBody>();
  return (
    <Stack spacing={2}>
      {outcome && <Outcome outcome={outcome} />}
      <ResourceView resource={diagnosis}>
        {(found) => (
          <Stack spacing={2}>
            {found.verdict === 'well' && <Alert severity="success">{t.well}</Alert>}
            {found.verdict === 'cause_unknown' && (
              <Alert severity="warning">
                {t.notKnown}
                <Lines lines={found.telling} />
              </Alert>
            )}
            {found.causes.map((cause, index) => (
              <CauseView
                key={cause.id}
                cause={cause}
                name={name}
                isFirst={index === 0 && found.verdict === 'cause_found'}
                onOutcome={setOutcome}
              />
            ))}
            {found.unread.map(({ part, reason }) => (
              <Typography key={part} variant="body2" color="text.secondary">
                <CleanText text={t.unread(part, reason)} />
              </Typography>
            ))}
          </Stack>
        )}
      </ResourceView>
      <Stack direction="row" spacing={2} sx={{ alignItems: 'center' }}>
        <Button size="small" variant="outlined" onClick={diagnosis.reload}>
          {t.again}
        </Button>
        <CommandHint command={`gantry ai why ${name}`} />
      </Stack>
    </Stack>
  );
}

interface CauseProps {
  readonly cause: Cause;
  readonly name: string;
  readonly isFirst: boolean;
  readonly onOutcome: (outcome: FixOutcomeBody) => void;
}

function CauseView({ cause, name, isFirst, onOutcome }: CauseProps): ReactNode {
  const t = useText();
  const { language } = useLanguage();
  const { title, why, advice } = cause.text[language];
  return (
    <Paper variant="outlined" component="section" sx={{ p: 2 }} aria-label={title}>
      <Stack spacing={1.5}>
        <Stack direction="row" spacing={1} useFlexGap sx={{ alignItems: 'center', flexWrap: 'wrap' }}>
          {!isFirst && <Chip size="small" label={t.also} />}
          <Typography variant="h6" component="h2">
            <CleanText text={title} />
          </Typography>
          <Typography variant="body2" color="text.secondary">
            {cause.id} · {t.sure(Math.round(cause.confidence * 100))}
          </Typography>
        </Stack>
        <CleanText component="div" text={why} />
        <Typography variant="subtitle2" component="h3">
          {t.evidence}
        </Typography>
        <Lines lines={cause.evidence} />
        <Typography variant="subtitle2" component="h3">
          {t.fix}
        </Typography>
        <CleanText component="div" text={advice} />
        {cause.fixes.map((fix, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the daemon knows fixes by their place
          <FixView key={index} fix={fix} place={{ name, cause: cause.id, index }} onOutcome={onOutcome} />
        ))}
        <CommandList title={t.verify} commands={cause.verify} heading="h3" />
      </Stack>
    </Paper>
  );
}

interface Place {
  readonly name: string;
  readonly cause: string;
  readonly index: number;
}

interface FixProps {
  readonly fix: Fix;
  readonly place: Place;
  readonly onOutcome: (outcome: FixOutcomeBody) => void;
}

function FixView({ fix, place, onOutcome }: FixProps): ReactNode {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const text = fix.commands.join('\n');
  const path = `/gantry/containers/${encodeURIComponent(place.name)}/fix`;
  const apply = useAction({
    run: async (api) => {
      const body = { cause: place.cause, fix: place.index, commands: fix.commands };
      onOutcome(await api.json({ method: 'POST', path, body }, fixOutcomeBody));
    },
    changes: ['/gantry/containers'],
  });
  const risks = {
    read: t.riskRead,
    reversible: t.riskReversible,
    host: t.riskHost,
    destructive: t.riskDestructive,
  };
  const byHand = {
    read: undefined,
    host: t.byHandHost,
    destructive: t.byHandDestructive,
    compose: t.byHandCompose,
    interactive: t.byHandInteractive,
    placeholder: t.byHandPlaceholder,
    unsafe_name: t.byHandPlaceholder,
  };
  return (
    <Stack spacing={1}>
      <Stack direction="row" spacing={1} sx={{ alignItems: 'center' }}>
        <Chip size="small" label={risks[fix.risk]} color={fix.risk === 'destructive' ? 'error' : 'default'} />
        <CopyButton text={text} />
      </Stack>
      <CodeBlock text={text} />
      {fix.compose !== null && (
        <>
          <Typography variant="body2">{t.composeLines}</Typography>
          <CodeBlock text={fix.compose.trimEnd()} />
        </>
      )}
      {fix.obstacle === null ? (
        <Box>
          <Button variant="contained" loading={apply.isRunning} onClick={() => setAsking(true)}>
            {t.apply}
          </Button>
        </Box>
      ) : (
        <Typography variant="body2" color="text.secondary">
          {byHand[fix.obstacle]}
        </Typography>
      )}
      {asking && (
        <ConfirmDialog
          open
          title={t.applyTitle}
          text={t.applyText(place.name)}
          confirm={t.applyConfirm}
          isRunning={apply.isRunning}
          onClose={() => setAsking(false)}
          onConfirm={() => void apply.start().then(() => setAsking(false))}
        >
          <CodeBlock text={text} />
        </ConfirmDialog>
      )}
    </Stack>
  );
}

function Lines({ lines }: { readonly lines: readonly Line[] }): ReactNode {
  return (
    <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
      {lines.map(({ source, text, line }) => (
        <Typography key={`${source}:${line}:${text}`} component="li" variant="body2" sx={{ fontFamily: 'monospace' }}>
          {source}
          {line === undefined ? '' : `:${line}`} <CleanText text={text} />
        </Typography>
      ))}
    </Box>
  );
}

function Outcome({ outcome: { state, ran } }: { readonly outcome: FixOutcomeBody }): ReactNode {
  const t = useText();
  const said = { done: t.fixed, restored: t.fixRestored, failed: t.fixFailed };
  const output = ran
    .map(({ command, code, output: text }) => `$ ${command}\n${text}${code === 0 ? '' : `\n(${code ?? '?'})`}`)
    .join('\n');
  return (
    <Alert severity={state === 'done' ? 'success' : 'error'}>
      <div>{said[state]}</div>
      <details>
        <summary>{t.fixOutput}</summary>
        <CodeBlock text={output} />
      </details>
    </Alert>
  );
}
