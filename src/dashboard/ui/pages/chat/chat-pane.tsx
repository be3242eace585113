import { Box, LinearProgress, Stack, Typography } from '@mui/material';
import { effectiveBody } from '#contract';
import { useEffect, useRef, type ReactNode } from 'react';
import { useFormat, useResource } from '../../kit/index.ts';
import { useChatText } from './chat-text.ts';
import { MessageView } from './message-view.tsx';
import type { Chat } from './use-chat.ts';

/** One conversation and how much of the model's context it takes. */
export function ChatPane({ model, chat }: { readonly model: string; readonly chat: Chat }): ReactNode {
  const t = useChatText();
  const { turns, regenerate, edit } = chat;
  const end = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (atEnd.current) end.current?.scrollIntoView({ block: 'nearest' });
  }, [turns]);
  return (
    <Stack sx={{ flex: 1, minWidth: 0, minHeight: 0 }}>
      <Meter model={model} chat={chat} />
      <Box
        component="section"
        aria-label={t.answers(model)}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          atEnd.current = scrollTop + clientHeight >= scrollHeight - 60;
        }}
        sx={{ flex: 1, overflow: 'auto', minHeight: 120, border: 1, borderColor: 'divider', borderRadius: 1, p: 1.5 }}
      >
        {turns.length === 0 && (
          <Typography color="text.secondary" sx={{ textAlign: 'center', mt: 6 }}>
            {t.begin}
          </Typography>
        )}
        <Stack spacing={1.5}>
          {turns.map((turn, at) => (
            <MessageView
              // oxlint-disable-next-line react/no-array-index-key -- a turn is its place in the conversation
              key={at}
              turn={turn}
              model={model}
              isLast={at === turns.length - 1}
              onRegenerate={regenerate}
              onEdit={(text) => edit(at, text)}
            />
          ))}
        </Stack>
        <div ref={end} />
      </Box>
    </Stack>
  );
}

function Meter({ model, chat }: { readonly model: string; readonly chat: Chat }): ReactNode {
  const t = useChatText();
  const format = useFormat();
  const effective = useResource({
    path: `/gantry/effective?model=${encodeURIComponent(model)}`,
    schema: effectiveBody,
  });
  const last = chat.turns.findLast((turn) => turn.role === 'assistant' && turn.stats?.totalTokens !== undefined);
  const used = last?.role === 'assistant' ? (last.stats?.totalTokens ?? 0) : 0;
  const all = effective.data?.contextSize.value;
  if (all === undefined) return null;
  const text = t.meter(format.number(used), format.number(all));
  return (
    <Box sx={{ mb: 1 }}>
      <Typography variant="body2" color="text.secondary">
        {text}
      </Typography>
      <LinearProgress
        aria-label={text}
        variant="determinate"
        color={used / all > 0.9 ? 'warning' : 'primary'}
        value={Math.min(100, (used / all) * 100)}
      />
    </Box>
  );
}
