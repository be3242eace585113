import { chatSummary, restored, type ChatSummary, type SavedChat } from './saved.ts';

/** Conversations of this browser. They stay until they are deleted. */
export interface ChatStore {
  /** Newest first. */
  list(): Promise<readonly ChatSummary[]>;
  get(id: string): Promise<SavedChat | undefined>;
  put(chat: SavedChat): Promise<void>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
}

const database = 'gantry-chats';
// Pictures make a conversation large, so its line in the list is kept apart.
const parts = ['chats', 'summaries'] as const;

/** In IndexedDB; each method rejects where the browser keeps nothing. */
export function createChatStore(factory: IDBFactory): ChatStore {
  async function within<T>(
    mode: IDBTransactionMode,
    act: (stores: Stores) => IDBRequest<T> | undefined,
  ): Promise<T | undefined> {
    const opened = await open(factory);
    try {
      return await new Promise<T | undefined>((resolve, reject) => {
        const transaction = opened.transaction(parts, mode);
        const request = act({
          chats: transaction.objectStore('chats'),
          summaries: transaction.objectStore('summaries'),
        });
        transaction.addEventListener('complete', () => resolve(request?.result));
        transaction.addEventListener('abort', () => reject(failure(transaction.error)));
      });
    } finally {
      opened.close();
    }
  }

  return {
    async list() {
      const all = (await within('readonly', ({ summaries }) => summaries.getAll())) ?? [];
      return all
        .flatMap((value) => chatSummary.safeParse(value).data ?? [])
        .toSorted((one, other) => other.changedAt - one.changedAt);
    },
    async get(id) {
      return restored(await within('readonly', ({ chats }) => chats.get(id)));
    },
    async put(chat) {
      const { id, title, changedAt } = chat;
      await within('readwrite', ({ chats, summaries }) => {
        chats.put(chat);
        return summaries.put({ id, title, changedAt });
      });
    },
    async remove(id) {
      await within('readwrite', ({ chats, summaries }) => {
        chats.delete(id);
        return summaries.delete(id);
      });
    },
    async clear() {
      await within('readwrite', ({ chats, summaries }) => {
        chats.clear();
        return summaries.clear();
      });
    },
  };
}

interface Stores {
  readonly chats: IDBObjectStore;
  readonly summaries: IDBObjectStore;
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(database, 1);
    request.addEventListener('upgradeneeded', () => {
      for (const name of parts) request.result.createObjectStore(name, { keyPath: 'id' });
    });
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(failure(request.error)));
  });
}

function failure(cause: DOMException | null): Error {
  return new Error('The browser does not keep conversations.', { cause });
}
