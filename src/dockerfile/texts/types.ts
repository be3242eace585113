export interface RuleText {
  /** What is wrong; `{name}` is filled in. */
  readonly title: string;
  /** What it leads to. */
  readonly why: string;
  /** What to do. */
  readonly fix: string;
  /** Sentences in place of the title. */
  readonly variants?: Readonly<Record<string, string>>;
}

export type RuleTexts = Readonly<Record<string, RuleText>>;
export type Language = 'en' | 'zh';
