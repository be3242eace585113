import { Box, Button, MenuItem, Stack, TextField } from '@mui/material';
import { SquarePen } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { CommandHint, EmptyState, PageHeader, ResourceView, useResource } from '../../kit/index.ts';
import { useLocalModels, type LocalModel } from '../models/use-local-models.ts';
import { ChatPane } from './chat-pane.tsx';
import { useChatText } from './chat-text.ts';
import { Composer } from './composer.tsx';
import type { ChatOptions } from './conversation.ts';
import { showBody, useChat, useOptions } from './use-chat.ts';

/** A chat with one model, or with two that are asked the same. Which ones is in the address. */
export function ChatPage(): ReactNode {
  const t = useChatText();
  const models = useLocalModels();
  return (
    <>
      <ResourceView resource={models}>
        {(list) =>
          list.length === 0 ? (
            <>
              <PageHeader title={t.title} />
              <EmptyState
                title={t.noModels}
                command="gantry pull ai/smollm2"
                action={
                  <Button component={Link} to="/models/search" variant="contained">
                    {t.find}
                  </Button>
                }
              />
            </>
          ) : (
            <Chats models={list} />
          )
        }
      </ResourceView>
    </>
  );
}

function Chats({ models }: { readonly models: readonly LocalModel[] }): ReactNode {
  const t = useChatText();
  const [params, setParams] = useSearchParams();
  const model = params.get('model') ?? models[0]?.name ?? '';
  const beside = params.get('beside') ?? '';
  const { options, set } = useOptions();
  const first = useChat(model, options);
  const second = useChat(beside === '' ? undefined : beside, options);
  const canSee = useCanSee(model);
  const besideCanSee = useCanSee(beside);
  const choose = (name: 'model' | 'beside', value: string): void =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (value === '') next.delete(name);
      else next.set(name, value);
      return next;
    });
  const chats = beside === '' ? [first] : [first, second];
  return (
    <Stack spacing={2} sx={{ height: { md: 'calc(100vh - 104px)' } }}>
      <PageHeader title={t.title}>
        <ModelSelect label={t.model} value={model} models={models} onChange={(value) => choose('model', value)} />
        <ModelSelect
          label={t.beside}
          value={beside}
          models={models}
          none={t.none}
          onChange={(value) => choose('beside', value)}
        />
        <Button startIcon={<SquarePen size={18} />} onClick={() => chats.forEach((chat) => chat.clear())}>
          {t.newChat}
        </Button>
      </PageHeader>
      <Options options={options} set={set} />
      <Box sx={{ display: 'flex', flexDirection: { xs: 'column', md: 'row' }, gap: 2, flex: 1, minHeight: 0 }}>
        <ChatPane model={model} chat={first} />
        {beside !== '' && <ChatPane model={beside} chat={second} />}
      </Box>
      <Composer
        canSee={canSee && (beside === '' || besideCanSee)}
        isAnswering={chats.some(({ isAnswering }) => isAnswering)}
        onSend={(text, images) => chats.forEach((chat) => chat.ask(text, images))}
        onStop={() => chats.forEach((chat) => chat.stop())}
      />
      <CommandHint command={`gantry run ${model}`} />
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

function Options(props: {
  readonly options: ChatOptions;
  readonly set: (name: keyof ChatOptions, value: string) => void;
}): ReactNode {
  const { options, set } = props;
  const t = useChatText();
  const number = (name: 'temperature' | 'topP' | 'maxTokens', limits: { max?: number; step: number }): ReactNode => (
    <TextField
      size="small"
      type="number"
      label={t[name]}
      placeholder={t.asModel}
      value={options[name]}
      onChange={(event) => set(name, event.target.value)}
      slotProps={{ htmlInput: { min: 0, ...limits }, inputLabel: { shrink: true } }}
    />
  );
  return (
    <Box component="details">
      <Box component="summary" sx={{ cursor: 'pointer' }}>
        {t.options}
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, mt: 1.5 }}>
        <TextField
          size="small"
          multiline
          maxRows={4}
          label={t.system}
          value={options.system}
          onChange={(event) => set('system', event.target.value)}
          sx={{ flex: 1, minWidth: 260 }}
        />
        {number('temperature', { max: 2, step: 0.1 })}
        {number('topP', { max: 1, step: 0.05 })}
        {number('maxTokens', { step: 1 })}
      </Box>
    </Box>
  );
}
