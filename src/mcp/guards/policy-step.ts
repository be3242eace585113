import { toAppError, type Clock, type SecretScanner } from '#core';
import type { CallStep, JsonObject, ServerCall } from '../types.ts';
import type { CompiledPolicy, PolicyRequest, Verdict } from '../policy/evaluate.ts';
import { createRateLimiter } from '../policy/rate-limiter.ts';
import { describeCall, refusal } from './refusal.ts';

export interface PolicyStepOptions {
  /** @throws AppError while there is none that can be understood: then nothing is allowed */
  readonly policy: () => CompiledPolicy;
  readonly scanner: Pick<SecretScanner, 'hide'>;
  readonly clock: Clock;
}

const longestShown = 1500;
const mostApprovals = 1000;

const approvalSchema: JsonObject = {
  type: 'object',
  properties: {
    approve: { type: 'boolean', title: 'Approve', description: 'Let it happen this time', default: false },
    remember: {
      type: 'boolean',
      title: 'For this session',
      description: 'Do not ask again while this session lasts, whatever the arguments',
      default: false,
    },
  },
  required: ['approve'],
};

/** Lets through what the policy allows, asks the person where it says so, and refuses the rest with the reason. */
export function createPolicyStep({ policy, scanner, clock }: PolicyStepOptions): CallStep {
  const limiter = createRateLimiter();
  const approved = new Set<string>();

  const approve = async (
    call: ServerCall,
    verdict: Verdict,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> => {
    const key = JSON.stringify([call.session.id, verdict.rule, call.server, call.kind, call.name]);
    if (approved.has(key)) return undefined;
    const { elicit } = call.session;
    if (!elicit) return `${verdict.reason}, and the client ${call.session.client.name} has no way to ask one`;
    const outcome = await elicit({ message: question(call, { verdict, scanner }), schema: approvalSchema }, { signal });
    if (outcome.action !== 'accept' || outcome.content['approve'] !== true) return 'it was not approved';
    if (outcome.content['remember'] === true) {
      approved.add(key);
      for (const oldest of approved) {
        if (approved.size <= mostApprovals) break;
        approved.delete(oldest);
      }
    }
    return undefined;
  };

  return {
    name: 'policy',
    async handle(call, next, { signal }) {
      const refuse = (reason: string) =>
        refusal(call, `The policy of this gateway does not allow ${describeCall(call)}: ${reason}.`);
      let compiled: CompiledPolicy;
      try {
        compiled = policy();
      } catch (error) {
        return refuse(`its file cannot be used. ${toAppError(error).message.replace(/\.$/, '')}`);
      }
      const request = requestOf(call);
      const verdict = compiled.evaluate(request);
      if (verdict.effect === 'deny') return refuse(verdict.reason);
      const full = limiter.take(compiled.limitsFor(request), request, clock.now());
      if (full) {
        const { limit, waitMs } = full;
        return refuse(
          `${limit.name ?? 'its limit'} of ${limit.calls} is used up; try again in ${Math.ceil(waitMs / 1000)} s`,
        );
      }
      if (verdict.effect === 'ask') {
        const reason = await approve(call, verdict, signal);
        if (reason !== undefined) return refuse(reason);
      }
      return await next(call);
    },
  };
}

export function requestOf(call: ServerCall): PolicyRequest {
  const { kind, server, name, session } = call;
  return { kind, server, name, client: session.client.name, arguments: call.arguments };
}

function question(
  call: ServerCall,
  { verdict, scanner }: { verdict: Verdict; scanner: Pick<SecretScanner, 'hide'> },
): string {
  const text = scanner.hide(JSON.stringify(call.arguments, undefined, 2));
  const shown =
    text.length > longestShown ? `${text.slice(0, longestShown)}… (${text.length - longestShown} more)` : text;
  // A text made by a model must not draw over the question.
  const plain = shown.replaceAll(/(?!\n)[\p{Cc}\p{Cf}]/gu, ' ');
  return `May ${call.session.client.name} use ${describeCall(call)}? (${verdict.reason})\n\n${plain}`;
}
