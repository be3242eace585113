import { Box, Tab, Tabs } from '@mui/material';
import { lazy, Suspense, type ReactNode } from 'react';
import { Link, Route, Routes, useLocation } from 'react-router';
import { Loading } from '../../kit/index.ts';
import { ImageList } from './image-list.tsx';
import { useText } from './text.ts';

const ImageDetail = lazy(async () => ({ default: (await import('./image-detail.tsx')).ImageDetail }));
const HubSearch = lazy(async () => ({ default: (await import('./hub-search.tsx')).HubSearch }));

/** Images: the list, what Docker Hub has, and what is in one of them, what is wrong with it, and how to run it. */
export function Page(): ReactNode {
  return (
    <Suspense fallback={<Loading />}>
      <Routes>
        <Route index element={<ImageList tabs={<Places />} />} />
        <Route path="hub" element={<HubSearch tabs={<Places />} />} />
        <Route path=":name/:tab?" element={<ImageDetail />} />
      </Routes>
    </Suspense>
  );
}

/** Where images are. */
function Places(): ReactNode {
  const t = useText();
  const { pathname } = useLocation();
  return (
    <Box sx={{ borderBottom: 1, borderColor: 'divider', mb: 2 }}>
      <Tabs value={pathname.replace(/\/$/, '')} aria-label={t.places} role="navigation">
        <Tab value="/images" label={t.local} component={Link} to="/images" />
        <Tab value="/images/hub" label="Docker Hub" component={Link} to="/images/hub" />
      </Tabs>
    </Box>
  );
}
