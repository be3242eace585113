import type { DaemonStatusBody } from '#contract';
import { AppBar, Box, Button, Drawer, IconButton, Toolbar, Tooltip, Typography, useMediaQuery } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import { LogOut, Menu as MenuIcon, Search } from 'lucide-react';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { EngineProvider, Loading, useEnvironment, useLanguage } from '../kit/index.ts';
import { AssistantPresence } from '../kit/assistant-presence.tsx';
import { TransfersPanel } from '../kit/transfers-panel.tsx';
import { loadPart } from '../load-page.ts';
import { pages } from '../pages.ts';
import { LanguageMenu, ThemeMenu, useLanguageChoices, useThemeChoices } from './choices.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { EngineBanner } from './engine-banner.tsx';
import { Notices } from './notices.tsx';
import { PageBoundary } from './page-boundary.tsx';
import type { PaletteEntry } from './find-entries.ts';
import type { Session } from './session.ts';
import { useShellText } from './shell-text.ts';
import { useShownPages } from './shown-pages.ts';
import { Sidebar } from './sidebar.tsx';
import { SlowNotice } from './slow-notice.tsx';
import { StatusLine } from './status-line.tsx';
import { useDaemon } from './use-daemon.ts';

const Palette = lazy(async () => ({ default: (await loadPart(() => import('./palette.tsx'))).Palette }));
const sidebarPx = 220;

/** What stands around every page. */
export function Shell({ session, children }: { readonly session: Session; readonly children: ReactNode }): ReactNode {
  const t = useShellText();
  const { language, follow } = useLanguage();
  const daemon = useDaemon();
  const wanted = daemon.status?.language;
  useEffect(() => {
    if (wanted !== undefined) follow(wanted === 'auto' ? undefined : wanted);
  }, [wanted, follow]);
  const isAssistantThere = useAssistantPresence(daemon.status?.assistant);
  const isWide = useMediaQuery(useTheme().breakpoints.up('md'));
  const [isOpen, setOpen] = useState(false);
  const [isPalette, setPalette] = useState(false);
  const { pathname } = useLocation();
  usePaletteKey(() => setPalette(true));
  const place = pathname.split('/')[1] ?? '';
  return (
    <AssistantPresence value={isAssistantThere}>
      <EngineProvider isNeeded={pages.find(({ path }) => path === place)?.needsEngine ?? false}>
        <Box sx={{ display: 'flex', minHeight: '100vh' }}>
          <SkipLink text={t.skip} />
          <AppBar
            position="fixed"
            color="default"
            elevation={0}
            sx={{ zIndex: 1201, borderBottom: 1, borderColor: 'divider' }}
          >
            <Toolbar variant="dense" sx={{ gap: 1, minHeight: 56 }}>
              {!isWide && (
                <IconButton aria-label={t.openNavigation} edge="start" onClick={() => setOpen(true)}>
                  <MenuIcon size={20} />
                </IconButton>
              )}
              <Typography component="span" sx={{ fontWeight: 700 }}>
                Gantry
              </Typography>
              <Typography component="span" variant="body2" color="text.secondary">
                {daemon.status?.version}
              </Typography>
              <Box sx={{ flex: 1 }} />
              <Button
                color="inherit"
                variant="outlined"
                size="small"
                startIcon={<Search size={16} />}
                aria-keyshortcuts="Control+K Meta+K"
                onClick={() => setPalette(true)}
                sx={{ borderColor: 'divider' }}
              >
                {t.paletteButton}
                <Box
                  component="kbd"
                  sx={{
                    display: { xs: 'none', md: 'inline' },
                    ml: 1.5,
                    fontSize: '0.75rem',
                    color: 'text.secondary',
                    fontFamily: 'inherit',
                  }}
                >
                  {t.paletteKeys}
                </Box>
              </Button>
              <Notices />
              <LanguageMenu />
              <ThemeMenu />
              {session.key() !== undefined && (
                <Tooltip title={t.logout}>
                  <IconButton aria-label={t.logout} onClick={() => session.forget()}>
                    <LogOut size={20} />
                  </IconButton>
                </Tooltip>
              )}
            </Toolbar>
          </AppBar>
          {isWide ? (
            <Box sx={{ width: sidebarPx, flexShrink: 0 }}>
              <Box
                sx={{
                  position: 'fixed',
                  top: 56,
                  bottom: 0,
                  width: sidebarPx,
                  borderRight: 1,
                  borderColor: 'divider',
                  overflow: 'auto',
                }}
              >
                <Sidebar />
                <StatusLine state={daemon.state} status={daemon.status} />
              </Box>
            </Box>
          ) : (
            <Drawer
              open={isOpen}
              onClose={() => setOpen(false)}
              slotProps={{ paper: { sx: { width: sidebarPx, pt: 7 } } }}
            >
              <Sidebar onGone={() => setOpen(false)} />
              <StatusLine state={daemon.state} status={daemon.status} />
            </Drawer>
          )}
          <Box sx={{ flex: 1, minWidth: 0, pt: '56px' }}>
            <ConnectionBanner state={daemon.state} isUpdated={daemon.isUpdated} />
            {daemon.state !== 'away' && <EngineBanner />}
            <TransfersPanel />
            <Box component="main" id="page" tabIndex={-1} sx={{ p: { xs: 2, md: 3 }, maxWidth: 1600, outline: 'none' }}>
              <PageBoundary key={`${place} ${language}`} title={t.crashed} reload={t.reload}>
                <Suspense fallback={<Loading />}>{children}</Suspense>
              </PageBoundary>
            </Box>
          </Box>
          {daemon.state !== 'away' && <SlowNotice />}
          {isPalette && (
            <Suspense>
              <OpenPalette onClose={() => setPalette(false)} />
            </Suspense>
          )}
        </Box>
      </EngineProvider>
    </AssistantPresence>
  );
}

/** Remembered in the browser, so that nothing of it shows up for the moment until the daemon has answered. */
function useAssistantPresence(state: DaemonStatusBody['assistant']): boolean {
  const { storage } = useEnvironment();
  useEffect(() => {
    if (state === 'off') storage.setItem(hiddenName, 'hidden');
    else if (state !== undefined) storage.removeItem(hiddenName);
  }, [state, storage]);
  return state === undefined ? storage.getItem(hiddenName) === null : state !== 'off';
}

const hiddenName = 'gantry.assistant';

function OpenPalette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useShellText();
  const { language } = useLanguage();
  const navigate = useNavigate();
  const themes = useThemeChoices();
  const languages = useLanguageChoices();
  const entries: readonly PaletteEntry[] = [
    ...useShownPages().map(({ path, title }) => ({
      id: path,
      text: title[language],
      group: t.navigation,
      run: () => void navigate(`/${path}`),
    })),
    ...themes.map(({ text, choose }, at) => ({ id: `theme-${at}`, text, group: t.theme, run: choose })),
    ...languages.map(({ text, choose }, at) => ({ id: `language-${at}`, text, group: t.language, run: choose })),
  ];
  return <Palette entries={entries} onClose={onClose} />;
}

function usePaletteKey(open: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      open();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  });
}

/** The first stop of the Tab key. */
function SkipLink({ text }: { readonly text: string }): ReactNode {
  return (
    <Button
      href="#page"
      variant="contained"
      onClick={(event) => {
        event.preventDefault();
        document.querySelector<HTMLElement>('#page')?.focus();
      }}
      sx={{ position: 'fixed', top: 8, left: 8, zIndex: 1400, '&:not(:focus)': { transform: 'translateY(-200%)' } }}
    >
      {text}
    </Button>
  );
}
