import type { mcpCallEvents } from '#contract';
import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import type { z } from 'zod';
import { CleanText, useAction } from '../../kit/index.ts';
import { paths } from './paths.ts';
import { fieldsOf } from './schema-fields.ts';
import { draftOf, valuesOf, type Filled } from './schema-values.ts';
import { SchemaForm } from './schema-form.tsx';
import { useMcpText } from './text.ts';

/** What a server, or the policy, wants to know before the call goes on. */
export function Question({
  call,
  asked,
}: {
  readonly call: string;
  readonly asked: z.infer<typeof mcpCallEvents.question>;
}): ReactNode {
  const t = useMcpText();
  const fields = useMemo(() => fieldsOf([asked.schema]), [asked.schema]);
  const [draft, setDraft] = useState(() =>
    draftOf(
      fields,
      Object.fromEntries(
        fields.flatMap(({ path, fallback }) => (fallback === undefined ? [] : [[path[0] ?? '', fallback]])),
      ),
    ),
  );
  const [problems, setProblems] = useState<Filled['problems']>({});
  const [isAnswered, setAnswered] = useState(false);
  const answer = useAction({
    run: (api, body: object) =>
      api.send({ path: `${paths.call(call)}/answer`, method: 'POST', body: { question: asked.question, ...body } }),
  });
  const send = (body: object): void => void answer.start(body).then((ok) => ok && setAnswered(true));
  const accept = (): void => {
    const filled = valuesOf(fields, draft);
    setProblems(filled.problems);
    if (Object.keys(filled.problems).length === 0) send({ action: 'accept', content: filled.values });
  };
  return (
    <Dialog
      open={!isAnswered}
      onClose={() => send({ action: 'cancel' })}
      fullWidth
      maxWidth="sm"
      aria-labelledby="question-title"
    >
      <DialogTitle id="question-title">{t.question}</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          <CleanText component="div" text={asked.message} />
          <SchemaForm fields={fields} draft={draft} onChange={setDraft} problems={problems} />
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button autoFocus onClick={() => send({ action: 'decline' })}>
          {t.decline}
        </Button>
        <Button variant="contained" loading={answer.isRunning} onClick={accept}>
          {fields.length === 0 ? t.allowOnce : t.answer}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
