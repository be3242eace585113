import type { SecretScanner } from '#core';
import type { CallOutcome, CallStep, ServerCall } from '../types.ts';
import { jsonPlace } from './json-place.ts';
import type { KnownSecrets } from './known-secrets.ts';
import { describeCall, refusal } from './refusal.ts';

export interface SecretScanOptions {
  readonly scanner: SecretScanner;
  readonly known?: KnownSecrets | undefined;
  /** What is looked at. Interceptors may change both, so that arguments are looked at again after them. */
  readonly what: 'both' | 'arguments';
  /** Asked before the call and again before its answer is passed on. */
  readonly isOn: () => boolean;
}

/** Stops calls whose arguments, and answers whose content, have a secret in them; says which kind and where, never the secret. */
export function createSecretScanStep({ scanner, known, what, isOn }: SecretScanOptions): CallStep {
  return {
    name: what === 'both' ? 'secrets' : 'secrets passed on',
    async handle(call, next) {
      const asked = { name: call.name, arguments: call.arguments };
      const passed = isOn() ? findSecret(asked, { scanner, known }) : undefined;
      if (passed !== undefined) {
        const message = `a secret is being passed to ${describeCall(call)}: ${passed}. It was not called.`;
        return refusal(call, hidden(message, { scanner, known }));
      }
      const outcome = await next(call);
      return what === 'both' && isOn() ? withoutSecrets(call, outcome, { scanner, known }) : outcome;
    },
  };
}

type Finders = Pick<SecretScanOptions, 'scanner' | 'known'>;

function withoutSecrets(call: ServerCall, outcome: CallOutcome, finders: Finders): CallOutcome {
  const returned = findSecret(outcome.kind === 'result' ? outcome.result : { error: outcome.error }, finders);
  if (returned === undefined) return outcome;
  const message = `a secret is being returned by ${describeCall(call)}: ${returned}. The answer was withheld.`;
  return refusal(call, hidden(message, finders));
}

/** All of it as one text: keys stand beside their values, and nothing that a client would see is left out. */
function findSecret(value: object, { scanner, known }: Finders): string | undefined {
  const text = JSON.stringify(value);
  const own = known?.find(text);
  if (own) return `one that this gateway gave to a server, at ${jsonPlace(text, own.start)}`;
  const [hit] = scanner.find(text, { maxHits: 1 });
  if (!hit) return undefined;
  return `${hit.title} at ${jsonPlace(text, hit.start)}${hit.encoded ? ', in base64' : ''}`;
}

/** The secret may stand in the name of what is called, or in that of a field. */
function hidden(message: string, { scanner, known }: Finders): string {
  return scanner.hide(known?.hide(message) ?? message);
}
