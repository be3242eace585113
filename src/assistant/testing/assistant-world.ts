import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AssistantEvent, TurnRequest } from '#contract';
import { silentLog, systemClock } from '#core';
import type { ModelCandidate } from '../brain/choose-model.ts';
import type { Choose } from '../model/openai-model.ts';
import type { AssistantModel, AssistantTool } from '../loop/types.ts';
import { createAssistant, type Assistant } from '../service/create-assistant.ts';
import type { TurnStream } from '../service/open-sessions.ts';
import type { AssistantSettings, Brain, Facts } from '../service/types.ts';
import { createSessionStore } from '../sessions/create-session-store.ts';
import type { AssistantToolSet } from '../tools/types.ts';

export interface AssistantWorldOptions {
  readonly model?: AssistantModel | undefined;
  readonly size?: 'full' | 'small';
  readonly choose?: Choose;
  readonly url?: string;
  readonly tools?: readonly AssistantTool[];
  readonly facts?: Partial<Facts>;
  readonly settings?: Partial<AssistantSettings>;
  readonly candidates?: readonly ModelCandidate[];
  /** What asking for the model of the settings throws. */
  readonly brainError?: Error;
}

export interface AssistantWorld {
  readonly assistant: Assistant;
  readonly settings: () => AssistantSettings;
  /** One turn to its end; each confirmation is answered by `approve`. */
  ask(request: Partial<TurnRequest> & { readonly text: string }, options?: AskOptions): Promise<AssistantEvent[]>;
  newSession(): Promise<string>;
}

interface AskOptions {
  readonly session?: string;
  readonly approve?: 'once' | 'session' | 'project' | 'reject';
}

const noRules = { deny: [], ask: [], allow: [] };

/** The service with real sessions on disk; model, tools and facts are the test's. */
export async function createAssistantWorld(options: AssistantWorldOptions = {}): Promise<AssistantWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-assistant-'));
  let settings: AssistantSettings = {
    enabled: true,
    acceptedTerms: 1,
    acknowledged: [],
    maxSteps: 24,
    tools: {},
    permissions: noRules,
    projects: {},
    locked: noRules,
    isModelLocked: false,
    ...options.settings,
  };
  let ids = 0;
  const toolSet: AssistantToolSet = {
    tools: (options.tools ?? []).map((tool) => ({ ...tool, group: 'shell', readsOnly: false })),
    groups: [],
    changes: {
      startTurn: () => undefined,
      undo: async () => ({ turn: undefined, files: [], refused: [] }),
      list: async () => [],
      change: async () => undefined,
    },
    hideSecrets: (text) => text.replaceAll('s3cret', '[hidden]'),
    refresh: async () => [],
    close: async () => undefined,
  };
  const assistant = createAssistant({
    sessions: createSessionStore({
      folder,
      clock: systemClock,
      log: silentLog,
      keep: () => 100,
      onRemoved: async () => undefined,
    }),
    settings: {
      current: () => settings,
      async change(changes) {
        for (const { path, value } of changes) {
          const [first = '', second] = path;
          const before = Reflect.get(settings, first) as object;
          settings = { ...settings, [first]: second === undefined ? value : { ...before, [second]: value } };
        }
      },
    },
    brain: async (): Promise<Brain> => {
      if (options.brainError) throw options.brainError;
      return options.model
        ? {
            kind: 'model',
            model: options.model,
            size: options.size ?? 'full',
            choose: options.choose ?? (async () => ({ intent: 'other', object: '' })),
            url: options.url,
          }
        : { kind: 'rules', why: { en: 'There is no model.', zh: '没有模型。' } };
    },
    models: async () => ({ candidates: options.candidates ?? [], budgetBytes: 4e9 }),
    tools: async () => toolSet,
    facts: {
      of: async ({ kind }, { language }) => ({
        kind,
        title: kind,
        markdown: `# ${kind} in ${language}`,
        data: {},
        offers: [],
        ...options.facts,
      }),
    },
    attach: async ({ kind, name }) => `${kind} ${name} has s3cret`,
    files: async () => ({ paths: [], truncated: false }),
    hideSecrets: (text) => text.replaceAll('s3cret', '[hidden]'),
    clock: systemClock,
    log: silentLog,
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    surroundings: async () => 'Linux',
  });
  const newSession = async (): Promise<string> => (await assistant.createSession({ workingDirectory: '/work' })).id;
  return {
    assistant,
    settings: () => settings,
    newSession,
    async ask(request, { session, approve } = {}) {
      const id = session ?? (await newSession());
      const stream = await assistant.turn(id, { attachments: [], interactive: approve !== undefined, ...request });
      return await eventsOf(stream, (event) => {
        if (event.type !== 'tool_call_confirmation' && event.type !== 'continue_confirmation') return;
        // The loop asks in the same breath; by the next turn of events it waits.
        setImmediate(() => void assistant.answer(id, event.callId, { kind: approve ?? 'reject' }));
      });
    },
  };
}

export async function eventsOf(
  stream: TurnStream,
  onEvent: (event: AssistantEvent) => void = () => undefined,
): Promise<AssistantEvent[]> {
  const events: AssistantEvent[] = [];
  await new Promise<void>((resolve) => {
    stream.start({
      onEvent(event) {
        events.push(event);
        onEvent(event);
      },
      onEnd: resolve,
    });
  });
  return events;
}
