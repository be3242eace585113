import type { Cause } from '../types.ts';
import { enBuildLanguages } from './en-build-languages.ts';
import { enBuild } from './en-build.ts';
import { enRun } from './en-run.ts';
import { enServices } from './en-services.ts';
import { enWorld } from './en-world.ts';
import type { CauseText } from './types.ts';
import { zhBuildLanguages } from './zh-build-languages.ts';
import { zhBuild } from './zh-build.ts';
import { zhRun } from './zh-run.ts';
import { zhServices } from './zh-services.ts';
import { zhWorld } from './zh-world.ts';

export type ExplainLanguage = 'en' | 'zh';

export interface Explanation {
  readonly title: string;
  readonly why: string;
  readonly advice: string;
}

export const catalogue: Readonly<Record<ExplainLanguage, Readonly<Record<string, CauseText>>>> = {
  en: { ...enRun, ...enServices, ...enWorld, ...enBuild, ...enBuildLanguages },
  zh: { ...zhRun, ...zhServices, ...zhWorld, ...zhBuild, ...zhBuildLanguages },
};

/** A cause in words. Values of strangers are filled in as text, once. */
export function explain(
  { id, text, params }: Pick<Cause, 'id' | 'text' | 'params'>,
  language: ExplainLanguage,
): Explanation {
  const texts = catalogue[language];
  const [title, why, advice] = texts[text] ?? texts[id] ?? [id, '', ''];
  const fill = (template: string): string =>
    template.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
      Object.hasOwn(params, name) && params[name] !== '' ? String(params[name]) : '?',
    );
  return { title: fill(title), why: fill(why), advice: fill(advice) };
}
