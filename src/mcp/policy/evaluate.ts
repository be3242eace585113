import { AppError } from '#core';
import type { JsonObject, ServerCall } from '../types.ts';
import { compileCondition, type TestCondition } from './conditions.ts';
import { matchesGlob } from './glob.ts';
import type { Policy, PolicyLimit, PolicyRule } from './schema.ts';

/** What is about to happen, as far as a policy looks at it. */
export interface PolicyRequest {
  readonly kind: ServerCall['kind'];
  readonly server: string;
  /** Of the tool or prompt, or the resource's URI. */
  readonly name: string;
  readonly client: string;
  readonly arguments: JsonObject;
}

export interface Verdict {
  readonly effect: 'allow' | 'deny' | 'ask';
  readonly reason: string;
  /** Its name, or its place in the list, from 1; undefined where none fits. */
  readonly rule: string | undefined;
}

export interface CompiledPolicy {
  evaluate(request: PolicyRequest): Verdict;
  /** The limits that count this. */
  limitsFor(request: PolicyRequest): readonly PolicyLimit[];
}

type About = Pick<PolicyRule, 'server' | 'tool' | 'prompt' | 'resource' | 'client'>;

/** @throws AppError `settings.invalid` for a pattern that cannot be */
export function compilePolicy(policy: Policy): CompiledPolicy {
  const rules = policy.rules.map((rule, index) => ({
    rule,
    label: rule.name ?? String(index + 1),
    conditions: compileConditions(rule, index),
  }));
  return {
    evaluate(request) {
      const found = rules.find(
        ({ rule, conditions }) => isAbout(rule, request) && conditions.every((test) => test(request.arguments)),
      );
      if (!found) {
        const reason = policy.default === 'allow' ? 'no rule speaks against it' : 'no rule allows it';
        return { effect: policy.default, reason, rule: undefined };
      }
      const { effect, reason, name } = found.rule;
      const label = name === undefined ? `rule ${found.label}` : `the rule ${name}`;
      const verb = { allow: 'allows it', deny: 'forbids it', ask: 'wants it approved by a person' }[effect];
      return { effect, reason: reason ?? `${label} ${verb}`, rule: found.label };
    },
    limitsFor: (request) => policy.limits.filter((limit) => isAbout(limit, request)),
  };
}

function compileConditions(rule: PolicyRule, index: number): readonly TestCondition[] {
  const quantity = rule.effect === 'allow' ? 'every' : 'any';
  return (rule.arguments ?? []).map((condition) => {
    try {
      return compileCondition(condition, quantity);
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : 'unknown';
      const reason = `rule ${index + 1}: the pattern ${condition.regex ?? ''} cannot be: ${detail}`;
      throw new AppError('settings.invalid', `The policy is not valid: ${reason}.`, {
        hint: 'Patterns are those of RE2: without backreferences and look-around.',
        params: { path: 'policy.yaml', reason },
        cause,
      });
    }
  });
}

function isAbout(about: About, { kind, server, name, client }: PolicyRequest): boolean {
  const fits = (globs: readonly string[] | undefined, text: string): boolean =>
    globs === undefined || globs.some((glob) => matchesGlob(glob, text, { slashes: false }));
  if (!fits(about.server, server) || !fits(about.client, client)) return false;
  const { tool, prompt, resource } = about;
  if (tool === undefined && prompt === undefined && resource === undefined) return true;
  if (kind === 'tool') return tool !== undefined && fits(tool, name);
  // A completion is asked for a prompt or for a resource's template.
  const isPrompt = kind !== 'resource' && prompt !== undefined && fits(prompt, name);
  const isResource = kind !== 'prompt' && resource !== undefined && fits(resource, name);
  return isPrompt || isResource;
}
