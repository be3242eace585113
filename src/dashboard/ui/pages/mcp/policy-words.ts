type Json = Readonly<Record<string, unknown>>;

/** A rule or a limit of a policy, in parts that a sentence is made of. */
export interface RuleWords {
  readonly name: string | undefined;
  readonly effect: 'allow' | 'deny' | 'ask';
  /** `kind` and the patterns that are meant. */
  readonly about: readonly { readonly what: About; readonly patterns: readonly string[] }[];
  readonly conditions: readonly ConditionWords[];
  readonly reason: string | undefined;
}

export type About = 'server' | 'tool' | 'prompt' | 'resource' | 'client';

export interface ConditionWords {
  readonly at: string;
  readonly test: 'glob' | 'regex' | 'equals' | 'under';
  readonly value: string;
  readonly isNot: boolean;
}

export interface LimitWords {
  readonly name: string | undefined;
  readonly about: RuleWords['about'];
  readonly calls: number;
  readonly perMs: number;
  readonly each: 'all' | 'client' | 'server';
}

export interface PolicyWords {
  readonly usual: 'allow' | 'deny';
  readonly rules: readonly RuleWords[];
  readonly limits: readonly LimitWords[];
}

const abouts: readonly About[] = ['server', 'tool', 'prompt', 'resource', 'client'];
const tests = ['glob', 'regex', 'equals', 'under'] as const;

/** A policy as the daemon understood it, taken apart for people. */
export function policyWords(policy: Json): PolicyWords {
  const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
  return {
    usual: policy['default'] === 'deny' ? 'deny' : 'allow',
    rules: list(policy['rules']).map((rule) => ({
      name: textOf(rule['name']),
      effect: rule['effect'] === 'deny' ? 'deny' : rule['effect'] === 'ask' ? 'ask' : 'allow',
      about: aboutOf(rule),
      conditions: list(rule['arguments']).map(conditionOf),
      reason: textOf(rule['reason']),
    })),
    limits: list(policy['limits']).map((limit) => ({
      name: textOf(limit['name']),
      about: aboutOf(limit),
      calls: Number(limit['calls']),
      perMs: Number(limit['per']),
      each: limit['each'] === 'client' ? 'client' : limit['each'] === 'server' ? 'server' : 'all',
    })),
  };
}

function aboutOf(rule: Json): RuleWords['about'] {
  return abouts.flatMap((what) => {
    const patterns = rule[what];
    const all = Array.isArray(patterns) ? (patterns as readonly unknown[]) : patterns === undefined ? [] : [patterns];
    return all.length === 0 ? [] : [{ what, patterns: all.map(String) }];
  });
}

function conditionOf(condition: Json): ConditionWords {
  const test = tests.find((one) => condition[one] !== undefined) ?? 'equals';
  const value = condition[test];
  return {
    at: textOf(condition['at']) ?? '/',
    test,
    value: typeof value === 'string' ? value : JSON.stringify(value),
    isNot: condition['not'] === true,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
