import type { ReactNode } from 'react';
import { Route, Routes } from 'react-router';
import { ImageDetail } from './image-detail.tsx';
import { ImageList } from './image-list.tsx';

/** Images: the list, and what is in one of them, what is wrong with it, and how to run it. */
export function Page(): ReactNode {
  return (
    <Routes>
      <Route index element={<ImageList />} />
      <Route path=":name/:tab?" element={<ImageDetail />} />
    </Routes>
  );
}
