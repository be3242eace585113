import { describe, expect, it } from 'vitest';
import { AppError, createSecretScanner, systemClock } from '#core';
import { compilePolicy } from '../policy/evaluate.ts';
import { policySchema } from '../policy/schema.ts';
import type { CallStep, ClientSession, ElicitOutcome } from '../types.ts';
import { createPolicyStep } from './policy-step.ts';
import { isRefused, seen, session, textResult, toolCall } from './testing.ts';

const scanner = createSecretScanner();
const step = (value: unknown): CallStep => {
  const compiled = compilePolicy(policySchema.parse(value));
  return createPolicyStep({ policy: () => compiled, scanner, clock: systemClock });
};
const next = async () => textResult('done');
const asking = (answers: readonly ElicitOutcome[], asked: string[] = []): ClientSession => {
  const left = [...answers];
  return session({
    async elicit({ message }) {
      asked.push(message);
      return left.shift() ?? { action: 'cancel' };
    },
  });
};
const approve = { action: 'accept', content: { approve: true } } as const;
const ask = { rules: [{ effect: 'ask', tool: 'read', name: 'careful' }] };

describe('the policy step', () => {
  it('refuses with the reason and does not go on', async () => {
    let went = false;
    const outcome = await step({ rules: [{ effect: 'deny', reason: 'not on Fridays' }] }).handle(
      toolCall(),
      async () => {
        went = true;
        return textResult('x');
      },
      {},
    );
    expect(went).toBe(false);
    expect(seen(outcome)).toContain('not allow the tool read of files: not on Fridays');
  });

  it('refuses prompts and resources as errors of the protocol', async () => {
    const outcome = await step({ default: 'deny' }).handle(
      toolCall({}, { kind: 'resource', name: 'file:///x' }),
      next,
      {},
    );
    expect(outcome).toMatchObject({ kind: 'error', error: { code: -32_003 } });
  });

  it('goes on once a person approved, and only then', async () => {
    const call = (elicited: ElicitOutcome) => step(ask).handle(toolCall({}, { session: asking([elicited]) }), next, {});
    expect(isRefused(await call(approve))).toBe(false);
    expect(isRefused(await call({ action: 'accept', content: { approve: false } }))).toBe(true);
    expect(isRefused(await call({ action: 'accept', content: {} }))).toBe(true);
    expect(isRefused(await call({ action: 'decline' }))).toBe(true);
  });

  it('refuses where nobody can be asked, and says so', async () => {
    const outcome = await step(ask).handle(toolCall(), next, {});
    expect(isRefused(outcome)).toBe(true);
    expect(seen(outcome)).toContain('the client cursor has no way to ask one');
  });

  it('asks again unless the person said for this session', async () => {
    const asked: string[] = [];
    const policy = step(ask);
    const remember = { action: 'accept', content: { approve: true, remember: true } } as const;
    const one = asking([approve, remember], asked);
    for (let count = 0; count < 4; count += 1) {
      expect(isRefused(await policy.handle(toolCall({}, { session: one }), next, {}))).toBe(false);
    }
    expect(asked).toHaveLength(2);
    const other = { ...one, id: 's2' };
    expect(isRefused(await policy.handle(toolCall({}, { session: other }), next, {}))).toBe(true);
  });

  it('shows what is asked for without secrets and without what draws over the question', async () => {
    const asked: string[] = [];
    const token = `ghp_${'aB3dE5gH7j'.repeat(4).slice(0, 36)}`;
    await step(ask).handle(
      toolCall({ token, text: '\u001b[2J\u202eevil' }, { session: asking([approve], asked) }),
      next,
      {},
    );
    expect(asked[0]).toContain('May cursor use the tool read of files?');
    expect(asked[0]).toContain('[redacted github-token]');
    expect(asked[0]?.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(asked[0]).not.toContain(token);
  });

  it('counts', async () => {
    const limited = step({ limits: [{ calls: 2, per: '1h', name: 'two an hour' }] });
    const outcomes = [];
    for (let count = 0; count < 3; count += 1) outcomes.push(await limited.handle(toolCall(), next, {}));
    expect(outcomes.map(isRefused)).toEqual([false, false, true]);
    expect(seen(outcomes[2] ?? expect.fail())).toContain('two an hour of 2 is used up; try again in 3600 s');
  });

  it('allows nothing while its file cannot be understood', async () => {
    const broken = createPolicyStep({
      policy: () => {
        throw new AppError('settings.invalid', 'The file p is not valid: rules: expected array.');
      },
      scanner,
      clock: systemClock,
    });
    const outcome = await broken.handle(toolCall(), next, {});
    expect(seen(outcome)).toContain('its file cannot be used');
    expect(isRefused(outcome)).toBe(true);
  });
});
