import { Box, Button, LinearProgress, Stack, Typography } from '@mui/material';
import { effectiveBody } from '#contract';
import { Square } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useFormat, useResource } from '../../kit/index.ts';
import { useChatText } from './chat-text.ts';
import { MessageView } from './message-view.tsx';
import { branchesAt } from './thread.ts';
import type { Chat } from './use-chat.ts';

/** One conversation and how much of the model's context it takes. */
export function ChatPane(props: {
  readonly model: string;
  readonly chat: Chat;
  /** Beside another: it has a button of its own to stop it. */
  readonly isBeside: boolean;
  /** The message whose text is being changed. */
  readonly editing: number | undefined;
  readonly onEditing: (id: number | undefined) => void;
}): ReactNode {
  const { model, chat, isBeside, editing, onEditing } = props;
  const t = useChatText();
  const { path, thread, isAnswering, regenerate, edit, show } = chat;
  const end = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (atEnd.current) end.current?.scrollIntoView({ block: 'nearest' });
  }, [path]);
  return (
    <Stack sx={{ flex: 1, minWidth: 0, minHeight: 0 }}>
      <Meter model={model} chat={chat} isBeside={isBeside} />
      <Box
        component="section"
        aria-label={t.answers(model)}
        tabIndex={0}
        onKeyDown={({ key }) => key === 'Escape' && chat.stop()}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          atEnd.current = scrollTop + clientHeight >= scrollHeight - 60;
        }}
        sx={{ flex: 1, overflow: 'auto', minHeight: 120, border: 1, borderColor: 'divider', borderRadius: 1, p: 1.5 }}
      >
        {path.length === 0 && (
          <Typography color="text.secondary" sx={{ textAlign: 'center', mt: 6 }}>
            {t.begin}
          </Typography>
        )}
        <Stack spacing={1.5}>
          {path.map((node, at) => (
            <MessageView
              key={node.id}
              turn={node.turn}
              isLast={at === path.length - 1}
              branches={branchesAt(thread, node)}
              id={node.id}
              isBusy={isAnswering}
              onRegenerate={regenerate}
              onEdit={(text) => edit(node.id, text)}
              isEditing={editing === node.id}
              onEditing={(isEditing) => onEditing(isEditing ? node.id : undefined)}
              onShow={show}
            />
          ))}
        </Stack>
        <div ref={end} />
      </Box>
    </Stack>
  );
}

function Meter(props: { readonly model: string; readonly chat: Chat; readonly isBeside: boolean }): ReactNode {
  const { model, chat, isBeside } = props;
  const t = useChatText();
  const format = useFormat();
  const effective = useResource({
    path: `/gantry/effective?model=${encodeURIComponent(model)}`,
    schema: effectiveBody,
  });
  const answers = chat.path.map(({ turn }) => (turn.role === 'assistant' ? turn.stats : undefined));
  const used = answers.findLast((stats) => stats?.totalTokens !== undefined)?.totalTokens ?? 0;
  const all = effective.data?.contextSize.value;
  const text = all === undefined ? '' : t.meter(format.number(used), format.number(all));
  return (
    <Box sx={{ mb: 1 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', minHeight: isBeside ? 31 : 0, gap: 1 }}>
        <Typography variant="body2" color="text.secondary" sx={{ flex: 1 }}>
          {text}
        </Typography>
        {isBeside && chat.isAnswering && (
          <Button size="small" startIcon={<Square size={14} />} onClick={chat.stop}>
            {t.stopModel(model)}
          </Button>
        )}
      </Box>
      {all !== undefined && (
        <LinearProgress
          aria-label={text}
          variant="determinate"
          color={used / all > 0.9 ? 'warning' : 'primary'}
          value={Math.min(100, (used / all) * 100)}
        />
      )}
    </Box>
  );
}
