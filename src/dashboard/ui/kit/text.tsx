import { createContext, use } from 'react';

export type Language = 'en' | 'zh';

/** A sentence, or one with variable parts. */
type Message = string | ((...values: never[]) => string);

/** What the other language must have: the same names, with the same variable parts. */
export type MessagesLike<T extends Readonly<Record<string, Message>>> = {
  readonly [Name in keyof T]: T[Name] extends string ? string : T[Name];
};

export interface LanguageChoice {
  readonly language: Language;
  /** In this browser; `undefined` is as the settings say. */
  readonly chosen: Language | undefined;
  readonly choose: (language: Language | undefined) => void;
  /** What the settings say; `undefined` is as the browser prefers. */
  readonly follow: (language: Language | undefined) => void;
}

export const LanguageContext = createContext<LanguageChoice>({
  language: 'en',
  chosen: undefined,
  choose: () => undefined,
  follow: () => undefined,
});

export function useLanguage(): LanguageChoice {
  return use(LanguageContext);
}

/** The texts of a page in both languages, as a hook: `const t = useText();  t.title`. */
export function createText<const T extends Readonly<Record<string, Message>>>(texts: {
  readonly en: T;
  readonly zh: MessagesLike<T>;
}): () => MessagesLike<T> {
  return () => {
    const { language } = useLanguage();
    return language === 'zh' ? texts.zh : (texts.en as MessagesLike<T>);
  };
}

/** What the browser asks for, by its order of preference. */
export function languageOf(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    if (/^zh\b/i.test(tag)) return 'zh';
    if (/^en\b/i.test(tag)) return 'en';
  }
  return 'en';
}
