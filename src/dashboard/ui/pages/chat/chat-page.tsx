import { Box, Button } from '@mui/material';
import { useEffect, useState, type ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { EmptyState, Loading, PageHeader, ResourceView } from '../../kit/index.ts';
import { useLocalModels } from '../models/use-local-models.ts';
import { ChatList } from './chat-list.tsx';
import { useChatText } from './chat-text.ts';
import { ChatView } from './chat-view.tsx';
import type { SavedChat } from './saved.ts';
import { useChats } from './use-chats.ts';

/** Chats with one model, or with two that are asked the same. Which chat and which models is in the address. */
export function ChatPage(): ReactNode {
  const t = useChatText();
  return (
    <>
      <PageHeader title={t.title} />
      <ChatArea />
    </>
  );
}

/** All of it but the heading. */
export function ChatArea({ model: own }: { readonly model?: string | undefined }): ReactNode {
  const t = useChatText();
  const models = useLocalModels();
  const chats = useChats();
  const [params, setParams] = useSearchParams();
  const id = params.get('chat');
  const go = (next: string): void =>
    setParams(
      (before) => {
        const query = new URLSearchParams(before);
        query.set('chat', next);
        return query;
      },
      { replace: id === null },
    );
  useEffect(() => {
    if (id === null) go(newId());
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a chat without a name is given one, once
  }, [id]);
  return (
    <ResourceView resource={models}>
      {(list) =>
        list.length === 0 ? (
          <EmptyState
            title={t.noModels}
            command="gantry pull ai/smollm2"
            action={
              <Button component={Link} to="/models/search" variant="contained">
                {t.find}
              </Button>
            }
          />
        ) : (
          <Box sx={{ display: 'flex', flexDirection: { xs: 'column', md: 'row' }, gap: 2 }}>
            <ChatList chats={chats} shown={id} onOpen={go} onNew={() => go(newId())} />
            {id !== null && (
              <Opened key={id} id={id} get={chats.get}>
                {(saved) => (
                  <ChatView
                    id={id}
                    saved={saved}
                    models={list}
                    first={own ?? params.get('model') ?? list[0]?.name ?? ''}
                    beside={params.get('beside') ?? ''}
                    onSave={chats.save}
                  />
                )}
              </Opened>
            )}
          </Box>
        )
      }
    </ResourceView>
  );
}

/** Waits for what the browser has kept of a chat. */
function Opened(props: {
  readonly id: string;
  readonly get: (id: string) => Promise<SavedChat | undefined>;
  readonly children: (saved: SavedChat | undefined) => ReactNode;
}): ReactNode {
  const { id, get, children } = props;
  const [found, setFound] = useState<{ readonly saved: SavedChat | undefined }>();
  useEffect(() => {
    let isGone = false;
    void get(id).then((saved) => {
      if (!isGone) setFound({ saved });
    });
    return () => {
      isGone = true;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- read once: from then on this page knows it best
  }, [id]);
  return found ? children(found.saved) : <Loading />;
}

/** Random UUIDs are refused to pages that come over plain HTTP from another machine. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
