import type { ReactNode } from 'react';
import { createText, PageHeader } from '../../kit/index.ts';
import { overview as en } from '../../messages/en/overview.ts';
import { overview as zh } from '../../messages/zh/overview.ts';

const useText = createText({ en, zh });

export function Page(): ReactNode {
  const t = useText();
  return <PageHeader title={t.title} />;
}
