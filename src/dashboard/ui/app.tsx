import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import { CssBaseline } from '@mui/material';
import { ThemeProvider } from '@mui/material/styles';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { EmptyState } from './kit/index.ts';
import { EnvironmentContext, type Environment } from './kit/environment.tsx';
import { languageOf, LanguageContext, type Language } from './kit/text.tsx';
import { Tips } from './kit/tips.tsx';
import { ToastsProvider } from './kit/toasts.tsx';
import { TransfersProvider } from './kit/transfers.tsx';
import { pages } from './pages.ts';
import { Login } from './shell/login.tsx';
import type { Session } from './shell/session.ts';
import { Shell } from './shell/shell.tsx';
import { useShellText } from './shell/shell-text.ts';
import { theme } from './theme.ts';

export interface AppProps {
  readonly environment: Environment;
  readonly session: Session;
  readonly queries: QueryClient;
  /** What our style sheets bear. */
  readonly nonce: string;
  readonly languages: readonly string[];
}

export function App({ environment, session, queries, nonce, languages }: AppProps): ReactNode {
  const styles = useMemo(() => createCache({ key: 'gantry', nonce, prepend: true }), [nonce]);
  return (
    <CacheProvider value={styles}>
      <ThemeProvider theme={theme} defaultMode="system" modeStorageKey="gantry.theme" noSsr>
        <CssBaseline enableColorScheme />
        <QueryClientProvider client={queries}>
          <EnvironmentContext value={environment}>
            <LanguageProvider environment={environment} languages={languages}>
              <ToastsProvider>
                <TransfersProvider>
                  <BrowserRouter basename="/dashboard">
                    <Tips>
                      <Inside session={session} />
                    </Tips>
                  </BrowserRouter>
                </TransfersProvider>
              </ToastsProvider>
            </LanguageProvider>
          </EnvironmentContext>
        </QueryClientProvider>
      </ThemeProvider>
    </CacheProvider>
  );
}

function Inside({ session }: { readonly session: Session }): ReactNode {
  const refusal = useSyncExternalStore(session.subscribe, session.refusal);
  if (refusal) return <Login session={session} refusal={refusal} />;
  return (
    <Shell session={session}>
      <Routes>
        <Route index element={<Navigate to="/overview" replace />} />
        {pages.map(({ path, Page }) => (
          <Route key={path} path={`${path}/*`} element={<Page />} />
        ))}
        <Route path="*" element={<NotFound />} />
      </Routes>
    </Shell>
  );
}

function NotFound(): ReactNode {
  const t = useShellText();
  return <EmptyState title={t.notFound} text={t.notFoundText} />;
}

const storedName = 'gantry.language';
/** Remembered, so that a page does not begin in another language each time. */
const followedName = 'gantry.language.settings';

function LanguageProvider(props: {
  readonly environment: Environment;
  readonly languages: readonly string[];
  readonly children: ReactNode;
}): ReactNode {
  const { environment, languages, children } = props;
  const { storage } = environment;
  const [chosen, setChosen] = useStored(storage, storedName);
  const [followed, follow] = useStored(storage, followedName);
  const language = chosen ?? followed ?? languageOf(languages);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const choice = useMemo(
    () => ({
      language,
      chosen,
      choose: setChosen,
      follow,
    }),
    [language, chosen, setChosen, follow],
  );
  return <LanguageContext value={choice}>{children}</LanguageContext>;
}

function useStored(
  storage: Environment['storage'],
  name: string,
): [Language | undefined, (next: Language | undefined) => void] {
  const [value, setValue] = useState<Language | undefined>(() => {
    const stored = storage.getItem(name);
    return stored === 'en' || stored === 'zh' ? stored : undefined;
  });
  const set = useCallback(
    (next: Language | undefined) => {
      if (next) storage.setItem(name, next);
      else storage.removeItem(name);
      setValue(next);
    },
    [storage, name],
  );
  return [value, set];
}
