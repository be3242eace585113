import { QueryClient } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { ApiError, createApi } from './kit/api.ts';
import { askAgain } from './kit/ask-again.ts';
import { tellerIn } from './kit/tell-error.ts';
import { tabsChannel } from './kit/use-resource.ts';
import { createSession } from './shell/session.ts';

const session = createSession(window.sessionStorage);
const api = createApi({
  fetch: window.fetch.bind(window),
  key: () => session.key(),
  async tell(error) {
    // As the page is now: whoever asked may have another language by the time of the answer.
    const language = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
    const tell = await tellerIn(language).catch(() => tellerIn('en'));
    return tell(error);
  },
  newKey: () => crypto.getRandomValues(new Uint32Array(4)).join('-'),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  onUnauthorized: (error) => session.refuse(error),
});
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2000,
      // What was refused is refused again; the network may come back.
      retry: (count, error) => count < 2 && error instanceof ApiError && error.code === 'unreachable',
      retryDelay: (count) => Math.min(500 * 2 ** count, 4000),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
// A key that is entered is asked with at once.
session.subscribe(() => void queries.resetQueries());

const others = new BroadcastChannel(tabsChannel);
others.addEventListener('message', ({ data }) => {
  if (!Array.isArray(data)) return;
  void askAgain(
    queries,
    data.filter((one): one is string => typeof one === 'string'),
  );
});

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? '';
const root = document.querySelector('#root');
if (root) {
  createRoot(root).render(
    <App
      environment={{ api, storage: window.localStorage, tabStorage: window.sessionStorage }}
      session={session}
      queries={queries}
      nonce={nonce}
      languages={navigator.languages}
    />,
  );
}
