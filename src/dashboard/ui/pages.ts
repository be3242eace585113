import {
  Blocks,
  BrainCircuit,
  Container,
  Database,
  FileCode,
  Gauge,
  Layers,
  Settings,
  Sparkles,
  type LucideIcon,
} from 'lucide-react';
import { lazy, type ComponentType } from 'react';
import type { Language } from './kit/index.ts';
import { loadPart } from './load-page.ts';

export interface PageEntry {
  /** First part of the address. The page owns all below it. */
  readonly path: string;
  readonly title: Readonly<Record<Language, string>>;
  readonly icon: LucideIcon;
  /** Much of it is gone while the Engine is away. */
  readonly needsEngine: boolean;
  readonly Page: ComponentType;
}

interface PageModule {
  readonly Page: ComponentType;
}

/** A page is loaded when somebody goes there. */
function page(
  path: string,
  entry: Omit<PageEntry, 'path' | 'Page' | 'needsEngine'> & { needsEngine?: boolean; load: () => Promise<PageModule> },
): PageEntry {
  const { load, title, icon, needsEngine = false } = entry;
  return { path, title, icon, needsEngine, Page: lazy(async () => ({ default: (await loadPart(load)).Page })) };
}

/** In the order of the sidebar. Adding a page is one line here. */
export const pages: readonly PageEntry[] = [
  page('overview', {
    title: { en: 'Overview', zh: '概览' },
    icon: Gauge,
    needsEngine: true,
    load: () => import('./pages/overview/page.tsx'),
  }),
  page('models', {
    title: { en: 'Models', zh: '模型' },
    icon: BrainCircuit,
    load: () => import('./pages/models/page.tsx'),
  }),
  page('mcp', {
    title: { en: 'MCP Toolkit', zh: 'MCP Toolkit' },
    icon: Blocks,
    needsEngine: true,
    load: () => import('./pages/mcp/page.tsx'),
  }),
  page('assistant', {
    title: { en: 'Assistant', zh: '助手' },
    icon: Sparkles,
    needsEngine: true,
    load: () => import('./pages/assistant/page.tsx'),
  }),
  page('containers', {
    title: { en: 'Containers', zh: '容器' },
    icon: Container,
    needsEngine: true,
    load: () => import('./pages/containers/page.tsx'),
  }),
  page('images', {
    title: { en: 'Images', zh: '镜像' },
    icon: Layers,
    needsEngine: true,
    load: () => import('./pages/images/page.tsx'),
  }),
  page('volumes', {
    title: { en: 'Volumes', zh: '卷' },
    icon: Database,
    needsEngine: true,
    load: () => import('./pages/volumes/page.tsx'),
  }),
  page('dockerfile', {
    title: { en: 'Dockerfile', zh: 'Dockerfile' },
    icon: FileCode,
    load: () => import('./pages/dockerfile/page.tsx'),
  }),
  page('settings', {
    title: { en: 'Settings', zh: '设置' },
    icon: Settings,
    load: () => import('./pages/settings/page.tsx'),
  }),
];
