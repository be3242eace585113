import { Box, Button, Tab, Tabs } from '@mui/material';
import { Package } from 'lucide-react';
import { lazy, Suspense, type ReactNode } from 'react';
import { Link, Route, Routes, useLocation } from 'react-router';
import { Loading, PageHeader } from '../../kit/index.ts';
import { LocalModels } from './local-models.tsx';
import { useModelsText } from './models-text.ts';

const SearchModels = lazy(async () => ({ default: (await import('./search-models.tsx')).SearchModels }));
const ModelPage = lazy(async () => ({ default: (await import('./model-page.tsx')).ModelPage }));
const Requests = lazy(async () => ({ default: (await import('./requests.tsx')).Requests }));
const Logs = lazy(async () => ({ default: (await import('./logs.tsx')).Logs }));
const PackageModel = lazy(async () => ({ default: (await import('./package-model.tsx')).PackageModel }));
const ChatPage = lazy(async () => ({ default: (await import('../chat/chat-page.tsx')).ChatPage }));

export function Page(): ReactNode {
  return (
    <Suspense fallback={<Loading />}>
      <Routes>
        <Route path="chat" element={<ChatPage />} />
        <Route path="model/:name" element={<ModelPage />} />
        <Route path="package" element={<PackageModel />} />
        <Route index element={<Part shown={<LocalModels />} />} />
        <Route path="search" element={<Part shown={<SearchModels />} />} />
        <Route path="requests" element={<Part shown={<Requests />} />} />
        <Route path="logs" element={<Part shown={<Logs />} />} />
      </Routes>
    </Suspense>
  );
}

function Part({ shown }: { readonly shown: ReactNode }): ReactNode {
  const t = useModelsText();
  const { pathname } = useLocation();
  const parts = [
    ['/models', t.local],
    ['/models/search', t.search],
    ['/models/requests', t.requests],
    ['/models/logs', t.logs],
  ] as const;
  return (
    <>
      <PageHeader title={t.title} text={t.text}>
        <Button component={Link} to="/models/package" variant="outlined" startIcon={<Package size={18} />}>
          {t.newPackage}
        </Button>
      </PageHeader>
      <Box sx={{ borderBottom: 1, borderColor: 'divider', mb: 2 }}>
        <Tabs value={pathname.replace(/\/$/, '')} aria-label={t.tabs} variant="scrollable" role="navigation">
          {parts.map(([to, label]) => (
            <Tab key={to} value={to} label={label} component={Link} to={to} />
          ))}
        </Tabs>
      </Box>
      <Suspense fallback={<Loading />}>{shown}</Suspense>
    </>
  );
}
