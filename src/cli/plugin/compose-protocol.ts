import type { ConfigureRequest } from '#contract';

/** One line to Compose on standard output (contract model-runner §1.4 A). An `error` ends its command. */
export interface ComposeMessage {
  readonly type: 'info' | 'error' | 'setenv';
  readonly message: string;
}

/** What a provider service may set; the option parser turns the names into camel case. */
export interface ComposeUpOptions {
  readonly model: readonly string[];
  readonly contextSize?: number;
  readonly runtimeFlags?: string;
  readonly backend?: string;
  readonly speculativeDraftModel?: string;
  readonly speculativeNumTokens?: number;
  readonly speculativeMinAcceptanceRate?: number;
}

/** `docker-model compose metadata`; Compose checks the options of a service against it. */
export const composeMetadata = {
  description: 'Gantry Model Runner',
  up: {
    parameters: [
      { name: 'model', description: 'models to use', required: true, type: 'stringArray' },
      { name: 'context-size', description: 'tokens of context', required: false, type: 'int64', default: '-1' },
      { name: 'runtime-flags', description: 'flags for the runtime', required: false, type: 'string', default: '' },
      { name: 'backend', description: 'backend to run them', required: false, type: 'string', default: 'llama.cpp' },
      {
        name: 'speculative-draft-model',
        description: 'model that drafts for speculative decoding',
        required: false,
        type: 'string',
        default: '',
      },
      {
        name: 'speculative-num-tokens',
        description: 'tokens to draft at once',
        required: false,
        type: 'int64',
        default: '0',
      },
      {
        name: 'speculative-min-acceptance-rate',
        description: 'share of the draft that must hold',
        required: false,
        type: 'float64',
        default: '0',
      },
    ],
  },
  down: { parameters: null },
};

export function messageLine(message: ComposeMessage): string {
  return `${JSON.stringify(message)}\n`;
}

/** What a service asks of one model; what it does not name stays as the user configured it. */
export function configurationOf(model: string, options: ComposeUpOptions): ConfigureRequest {
  const { contextSize, runtimeFlags, speculativeDraftModel: draft } = options;
  return {
    model,
    // Docker's default, which means that nothing is asked for.
    ...(contextSize === undefined || contextSize === -1 ? {} : { 'context-size': contextSize }),
    ...(runtimeFlags ? { 'raw-runtime-flags': runtimeFlags } : {}),
    ...(draft
      ? {
          speculative: {
            draft_model: draft,
            ...(options.speculativeNumTokens ? { num_tokens: options.speculativeNumTokens } : {}),
            ...(options.speculativeMinAcceptanceRate
              ? { min_acceptance_rate: options.speculativeMinAcceptanceRate }
              : {}),
          },
        }
      : {}),
  };
}
