import type { ReactNode } from 'react';
import { Route, Routes } from 'react-router';
import { ContainerDetail } from './container-detail.tsx';
import { ContainerList } from './container-list.tsx';

/** Containers: the list, and one of them with its log, its facts, what it uses and why it fails. */
export function Page(): ReactNode {
  return (
    <Routes>
      <Route index element={<ContainerList />} />
      <Route path=":name/:tab?" element={<ContainerDetail />} />
    </Routes>
  );
}
