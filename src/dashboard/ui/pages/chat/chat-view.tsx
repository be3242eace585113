import { Box, MenuItem, Stack, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CommandHint, useResource } from '../../kit/index.ts';
import type { LocalModel } from '../models/use-local-models.ts';
import { ChatOptionsForm } from './chat-options.tsx';
import { ChatPane } from './chat-pane.tsx';
import { useChatText } from './chat-text.ts';
import { Composer } from './composer.tsx';
import { noOptions, runCommand } from './conversation.ts';
import { ExportMenu } from './export-menu.tsx';
import { showBody } from './show-body.ts';
import { titleOf, type SavedChat } from './saved.ts';
import { useChat } from './use-chat.ts';
import { useKeep } from './use-keep.ts';

export interface ChatViewProps {
  readonly id: string;
  /** As it was kept; none for a new one. */
  readonly saved: SavedChat | undefined;
  readonly models: readonly LocalModel[];
  /** Models of a new chat. */
  readonly first: string;
  readonly beside: string;
  readonly onSave: (chat: SavedChat) => void;
}

export function ChatView(props: ChatViewProps): ReactNode {
  const { id, saved, models, onSave } = props;
  const t = useChatText();
  const [model, setModel] = useState(saved?.panes[0]?.model ?? props.first);
  const [beside, setBeside] = useState(saved ? (saved.panes[1]?.model ?? '') : props.beside);
  const [options, setOptions] = useState(saved?.options ?? noOptions);
  /** Of which pane which message. */
  const [editing, setEditing] = useState<{ readonly pane: number; readonly id: number }>();
  const first = useChat(model, { options, saved: saved?.panes[0]?.thread });
  const second = useChat(beside === '' ? undefined : beside, { options, saved: saved?.panes[1]?.thread });
  const canSee = useCanSee(model);
  const besideCanSee = useCanSee(beside);
  const chats = beside === '' ? [first] : [first, second];
  const isAnswering = chats.some((chat) => chat.isAnswering);
  const kept = {
    id,
    title: titleOf(first.thread),
    options,
    panes: [
      { model, thread: first.thread },
      ...(beside === '' ? [] : [{ model: beside, thread: second.thread }]),
    ] as SavedChat['panes'],
  };
  useKeep(kept, { isAnswering, onSave });
  return (
    <Stack spacing={2} sx={{ flex: 1, minWidth: 0, height: { md: 'calc(100vh - 150px)' } }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
        <ModelSelect label={t.model} value={model} models={models} onChange={setModel} />
        <ModelSelect
          label={t.beside}
          value={beside}
          models={models}
          none={t.none}
          onChange={(next) => {
            // Both are asked on from the same.
            if (beside === '') second.begin(first.thread);
            setBeside(next);
          }}
        />
        <ExportMenu chat={kept} />
      </Box>
      <ChatOptionsForm options={options} onChange={setOptions} />
      <Box sx={{ display: 'flex', flexDirection: { xs: 'column', md: 'row' }, gap: 2, flex: 1, minHeight: 0 }}>
        {chats.map((chat, pane) => (
          <ChatPane
            // oxlint-disable-next-line react/no-array-index-key -- a pane is its place
            key={pane}
            model={pane === 0 ? model : beside}
            chat={chat}
            isBeside={beside !== ''}
            editing={editing?.pane === pane ? editing.id : undefined}
            onEditing={(id) => setEditing(id === undefined ? undefined : { pane, id })}
          />
        ))}
      </Box>
      <Composer
        canSee={canSee && (beside === '' || besideCanSee)}
        isAnswering={isAnswering}
        onSend={(text, images) => chats.forEach((chat) => chat.ask(text, images))}
        onStop={() => chats.forEach((chat) => chat.stop())}
        onEditLast={() => {
          const last = first.path.findLast(({ turn }) => turn.role === 'user');
          if (last) setEditing({ pane: 0, id: last.id });
        }}
      />
      <CommandHint command={runCommand(model, options)} />
    </Stack>
  );
}

function useCanSee(model: string): boolean {
  const { data } = useResource({ path: '/api/show', body: { model }, schema: showBody, enabled: model !== '' });
  return data?.capabilities?.includes('vision') ?? false;
}

function ModelSelect(props: {
  readonly label: string;
  readonly value: string;
  readonly models: readonly LocalModel[];
  readonly none?: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const { label, value, models, none, onChange } = props;
  const isKnown = value === '' || models.some(({ name }) => name === value);
  return (
    <TextField
      select
      size="small"
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      sx={{ minWidth: 200, maxWidth: 320 }}
    >
      {none !== undefined && <MenuItem value="">{none}</MenuItem>}
      {!isKnown && <MenuItem value={value}>{value}</MenuItem>}
      {models.map(({ name }) => (
        <MenuItem key={name} value={name}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  );
}
