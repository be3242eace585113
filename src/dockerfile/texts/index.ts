import { enBuild } from './en-build.ts';
import { enPractice } from './en-practice.ts';
import { enSecurity } from './en-security.ts';
import type { Language, RuleText, RuleTexts } from './types.ts';
import { zhBuild } from './zh-build.ts';
import { zhPractice } from './zh-practice.ts';
import { zhSecurity } from './zh-security.ts';

export type { Language } from './types.ts';

const texts: Readonly<Record<Language, RuleTexts>> = {
  en: { ...enBuild, ...enSecurity, ...enPractice },
  zh: { ...zhBuild, ...zhSecurity, ...zhPractice },
};

export function ruleText(id: string, language: Language): RuleText {
  const text = Object.hasOwn(texts[language], id) ? texts[language][id] : undefined;
  return text ?? { title: id, why: '', fix: '' };
}

export interface FindingText {
  readonly title: string;
  readonly why: string;
  readonly fix: string;
}

type Params = Readonly<Record<string, string | number>>;

export interface Told {
  readonly id: string;
  readonly variant?: string | undefined;
  readonly params: Params;
}

/** What a finding says to people. */
export function findingText({ id, variant, params }: Told, language: Language): FindingText {
  const text = ruleText(id, language);
  const special =
    variant !== undefined && text.variants && Object.hasOwn(text.variants, variant)
      ? text.variants[variant]
      : undefined;
  return { title: fill(special ?? text.title, params), why: fill(text.why, params), fix: fill(text.fix, params) };
}

function fill(template: string, params: Params): string {
  return template.replaceAll(/\{(\w+)\}/g, (all, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : all,
  );
}
