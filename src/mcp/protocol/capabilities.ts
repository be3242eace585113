import type { JsonObject } from '../types.ts';
import { isJsonObject } from './messages.ts';

/**
 * What a client can be asked, and nothing else of its capabilities: servers decide by it which tools they offer, so clients of
 * one kind can share what a server answered to another.
 */
export interface ClientAbilities {
  readonly sampling: boolean;
  readonly samplingTools: boolean;
  readonly samplingContext: boolean;
  readonly elicitForm: boolean;
  readonly elicitUrl: boolean;
  readonly roots: boolean;
}

export const noAbilities: ClientAbilities = {
  sampling: false,
  samplingTools: false,
  samplingContext: false,
  elicitForm: false,
  elicitUrl: false,
  roots: false,
};

export function abilitiesOf(capabilities: JsonObject): ClientAbilities {
  const { sampling, elicitation, roots } = capabilities;
  const elicits = isJsonObject(elicitation);
  return {
    sampling: isJsonObject(sampling),
    samplingTools: isJsonObject(sampling) && isJsonObject(sampling['tools']),
    samplingContext: isJsonObject(sampling) && isJsonObject(sampling['context']),
    // Before there were modes, an empty object meant forms.
    elicitForm: elicits && (isJsonObject(elicitation['form']) || !isJsonObject(elicitation['url'])),
    elicitUrl: elicits && isJsonObject(elicitation['url']),
    roots: isJsonObject(roots),
  };
}

/** The capabilities that we declare to a server for a client. */
export function capabilitiesFor(abilities: ClientAbilities): JsonObject {
  const { sampling, samplingTools, samplingContext, elicitForm, elicitUrl, roots } = abilities;
  return {
    ...(sampling
      ? { sampling: { ...(samplingTools ? { tools: {} } : {}), ...(samplingContext ? { context: {} } : {}) } }
      : {}),
    ...(elicitForm || elicitUrl
      ? { elicitation: { ...(elicitForm ? { form: {} } : {}), ...(elicitUrl ? { url: {} } : {}) } }
      : {}),
    ...(roots ? { roots: { listChanged: true } } : {}),
  };
}

/** A short text that is the same for the same abilities: part of file names and keys. */
export function signatureOf(abilities: ClientAbilities): string {
  const letters = [
    abilities.sampling ? 's' : '',
    abilities.samplingTools ? 't' : '',
    abilities.samplingContext ? 'c' : '',
    abilities.elicitForm ? 'f' : '',
    abilities.elicitUrl ? 'u' : '',
    abilities.roots ? 'r' : '',
  ].join('');
  return letters === '' ? 'none' : letters;
}

/** The part of a client's capabilities that a request of a server needs and the client lacks. */
export function lackingFor(
  method: string,
  { params, abilities }: { readonly params: JsonObject | undefined; readonly abilities: ClientAbilities },
): JsonObject | undefined {
  switch (method) {
    case 'roots/list':
      return abilities.roots ? undefined : { roots: {} };
    case 'elicitation/create':
      if (params?.['mode'] === 'url') return abilities.elicitUrl ? undefined : { elicitation: { url: {} } };
      return abilities.elicitForm ? undefined : { elicitation: { form: {} } };
    case 'sampling/createMessage': {
      const needsTools = params?.['tools'] !== undefined || params?.['toolChoice'] !== undefined;
      if (!abilities.sampling) return { sampling: needsTools ? { tools: {} } : {} };
      return needsTools && !abilities.samplingTools ? { sampling: { tools: {} } } : undefined;
    }
    default:
      return undefined;
  }
}
