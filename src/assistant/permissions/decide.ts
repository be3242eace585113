import { isAtLeast, type Assessment } from './risk.ts';
import { covers, touches, type PermissionRule, type RuleSubject } from './rules.ts';
import { wordsFromUntrusted } from './taint.ts';

/** One action of the assistant, before it happens. */
export interface Action extends RuleSubject {
  readonly assessment: Assessment;
  /** Everything that decides what happens: arguments, paths, the script. */
  readonly words: readonly string[];
  /** What it does is decided by a file that nobody vouches for: no rule, grant or mode speaks for the person. */
  readonly alwaysAsk?: boolean | undefined;
}

export interface Permissions {
  readonly deny: readonly PermissionRule[];
  readonly ask: readonly PermissionRule[];
  readonly allow: readonly PermissionRule[];
}

export interface DecideOptions {
  readonly rules: Permissions;
  /** What the person allowed for this session or project. */
  readonly grants: readonly PermissionRule[];
  /** `plan`: nothing is changed; `auto`: what is not forbidden runs, the person has said so in words. */
  readonly mode: 'ask' | 'plan' | 'auto';
  /** Whether somebody can be asked. */
  readonly interactive: boolean;
  readonly untrusted: readonly string[];
  readonly trusted: readonly string[];
  /** Those of the untrusted texts that the person attached by hand: written by others, chosen by the person. */
  readonly attached?: readonly string[] | undefined;
}

export type Decision =
  | { readonly kind: 'allow'; readonly because: 'harmless' | 'rule' | 'grant' | 'mode' }
  | {
      readonly kind: 'ask';
      readonly because: 'risk' | 'rule' | 'untrusted';
      readonly untrustedWords: readonly string[];
      /** Words that stand only in what the person attached by hand. */
      readonly attachedWords: readonly string[];
    }
  | { readonly kind: 'deny'; readonly because: 'rule' | 'plan' | 'nobody-to-ask'; readonly rule?: string | undefined };

/**
 * Whether an action runs, is asked about, or does not happen (contract assistant §1.6). Order: what is forbidden, plan mode, what
 * must be asked, words that come from untrusted text (no grant covers those), then rules, grants and the risk.
 */
export function decide(action: Action, options: DecideOptions): Decision {
  const { rules, grants, mode, interactive } = options;
  const forbidden = rules.deny.find((rule) => touches(rule, action));
  if (forbidden) return { kind: 'deny', because: 'rule', rule: forbidden.text };
  const { risk } = action.assessment;
  if (mode === 'plan' && isAtLeast(risk, 'R3')) return { kind: 'deny', because: 'plan' };
  const ask = (because: 'risk' | 'rule' | 'untrusted', foreign: readonly string[] = []): Decision =>
    interactive ? { kind: 'ask', because, ...byOrigin(foreign, options) } : { kind: 'deny', because: 'nobody-to-ask' };
  if (rules.ask.some((rule) => touches(rule, action))) return ask('rule');
  if (!isAtLeast(risk, 'R2')) return { kind: 'allow', because: 'harmless' };
  if (action.alwaysAsk === true) return ask('untrusted');
  const foreign = wordsFromUntrusted(action.words, options);
  if (foreign.length > 0) return ask('untrusted', foreign);
  if (rules.allow.some((rule) => covers(rule, action))) return { kind: 'allow', because: 'rule' };
  if (grants.some((rule) => covers(rule, action))) return { kind: 'allow', because: 'grant' };
  if (mode === 'auto') return { kind: 'allow', because: 'mode' };
  return ask('risk');
}

function byOrigin(
  foreign: readonly string[],
  { untrusted, attached = [] }: DecideOptions,
): { readonly untrustedWords: readonly string[]; readonly attachedWords: readonly string[] } {
  const others = untrusted.filter((text) => !attached.includes(text));
  const byOthers = new Set(wordsFromUntrusted(foreign, { untrusted: others, trusted: [] }));
  return {
    untrustedWords: foreign.filter((word) => byOthers.has(word)),
    attachedWords: foreign.filter((word) => !byOthers.has(word)),
  };
}
