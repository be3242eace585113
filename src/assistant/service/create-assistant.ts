import type {
  AssistantCalls,
  AssistantEvent,
  AssistantSessionBody,
  AssistantStateBody,
  AssistantToolListBody,
  PermissionsBody,
  TurnRequest,
} from '#contract';
import { AppError, toAppError } from '#core';
import { chooseModel, sizeOf } from '../brain/choose-model.ts';
import { compact } from '../loop/compact.ts';
import { parseRule } from '../permissions/rules.ts';
import { countMessages } from '../sessions/apply-change.ts';
import type { SessionMeta, SessionRecord } from '../sessions/types.ts';
import { sessionMarkdown } from './export-session.ts';
import { questionOf } from './session-turn.ts';
import { createOpenSessions, type TurnStream } from './open-sessions.ts';
import { disclosureFor, terms, termsVersion } from './terms.ts';
import type { AssistantDeps, Brain } from './types.ts';

/** The assistant of a daemon: its sessions, and everything that clients may ask of it. */
export interface Assistant extends AssistantCalls {
  sessions(query: string): Promise<readonly SessionBody[]>;
  /** Resolves once the turn is accepted. */
  turn(id: string, request: TurnRequest): Promise<TurnStream>;
  follow(id: string, after: number | undefined): Promise<TurnStream>;
  /** Ends every turn; resolves when they are on disk and their tools are closed. */
  close(): Promise<void>;
}

type SessionBody = Omit<AssistantSessionBody, 'events' | 'feedback' | 'canUndo'>;

export function createAssistant(deps: AssistantDeps): Assistant {
  const { sessions, settings, clock } = deps;
  const open = createOpenSessions(deps);
  const never = new AbortController().signal;

  /** A model that is gone keeps nobody from choosing another. */
  async function brainNow(): Promise<{ brain?: Brain; modelError?: AssistantStateBody['modelError'] }> {
    try {
      return { brain: await deps.brain(null, { signal: never }) };
    } catch (thrown) {
      const { code, message, hint, params } = toAppError(thrown);
      return { modelError: { code, message, ...(hint !== undefined && { hint }), params: { ...params } } };
    }
  }

  async function state(): Promise<AssistantStateBody> {
    const { enabled, acknowledged } = settings.current();
    const { brain, modelError } = enabled ? await brainNow() : {};
    const disclosure = brain && remoteDisclosure(brain);
    return {
      enabled,
      terms: { version: termsVersion, text: terms },
      model:
        brain?.kind === 'model'
          ? { name: brain.model.name, isLocal: brain.model.isLocal, ...(brain.url !== undefined && { url: brain.url }) }
          : null,
      ...(brain?.kind === 'rules' && { whyNoModel: brain.why }),
      ...(modelError && { modelError }),
      disclosure: disclosure ? { ...disclosure, acknowledged: acknowledged.includes(disclosure.id) } : null,
    };
  }

  function mustBeEnabled(): void {
    if (settings.current().enabled) return;
    throw new AppError('assistant.disabled', 'The assistant is switched off.', {
      hint: 'Enable it with: gantry ai enable',
    });
  }

  function mayHaveModel(model: string | null | undefined): void {
    if (typeof model !== 'string' || !settings.current().isModelLocked) return;
    throw new AppError('settings.invalid', 'An administrator of this machine set assistant.model.', {
      hint: 'Ask who looks after this machine.',
      params: { path: '', reason: 'locked', key: 'assistant.model' },
    });
  }

  async function recordOf(id: string): Promise<SessionRecord> {
    const record = await sessions.get(id);
    if (record) return record;
    throw new AppError('request.not_found', 'There is no such session.', {
      hint: 'See them with: gantry ai sessions ls',
      params: { reason: 'session', session: id.slice(0, 100) },
    });
  }

  function summary(record: SessionRecord): SessionBody {
    const { meta, plan } = record;
    const { id, title, workingDirectory, starred, mode, model } = meta;
    return {
      id,
      title,
      workingDirectory,
      createdAt: new Date(meta.createdAtMs).toISOString(),
      updatedAt: new Date(meta.updatedAtMs).toISOString(),
      messages: countMessages(record),
      starred,
      mode,
      model,
      busy: open.isBusy(id),
      plan: plan?.hash ?? null,
    };
  }

  async function whole(record: SessionRecord): Promise<AssistantSessionBody> {
    return {
      ...summary(record),
      events: [...record.events],
      feedback: record.feedback,
      canUndo: await open.canUndo(record.meta.id),
    };
  }

  async function toolList(): Promise<AssistantToolListBody> {
    const known = settings.current().tools;
    return (await open.allTools()).map(({ spec, group }) => {
      const own = Object.hasOwn(known, spec.name) ? known[spec.name] : undefined;
      const { enabled = true, approval = 'ask' } = own ?? {};
      return { name: spec.name, group, description: spec.description, enabled, approval };
    });
  }

  async function permissions(project: string | undefined): Promise<PermissionsBody> {
    const { permissions: user, projects, locked } = settings.current();
    const own = project !== undefined && Object.hasOwn(projects, project) ? projects[project] : undefined;
    const effects = ['deny', 'ask', 'allow'] as const;
    return {
      rules: effects.flatMap((effect) => [
        ...locked[effect].map((rule) => ({ effect, rule, scope: 'locked' as const })),
        ...user[effect].map((rule) => ({ effect, rule, scope: 'user' as const })),
        ...(own?.[effect] ?? []).map((rule) => ({ effect, rule, scope: 'project' as const })),
      ]),
    };
  }

  return {
    state,
    async models() {
      mustBeEnabled();
      const { candidates, budgetBytes } = await deps.models();
      return {
        automatic: chooseModel(candidates, { budgetBytes })?.name ?? null,
        models: candidates
          .filter(({ chats }) => chats)
          .map(({ name, hasTools, parameters, estimatedBytes = Infinity, isLoaded }) => ({
            name,
            ...(parameters !== undefined && { parameters }),
            size: sizeOf({ hasTools, parameters }),
            fits: estimatedBytes <= budgetBytes,
            isLoaded,
          })),
      };
    },
    async enable(acceptTerms) {
      if (acceptTerms !== termsVersion) {
        throw new AppError('request.invalid', `These are the terms of version ${termsVersion}.`, {
          hint: 'Read them, and accept that version.',
          params: { reason: 'terms', version: termsVersion },
        });
      }
      await settings.change([
        { path: ['enabled'], value: true },
        { path: ['acceptedTerms'], value: acceptTerms },
      ]);
      return await state();
    },
    async disable() {
      await settings.change([
        { path: ['enabled'], value: false },
        { path: ['acceptedTerms'], value: undefined },
      ]);
      await open.closeAll();
      return await state();
    },
    async acknowledge(id) {
      mustBeEnabled();
      const brain = await deps.brain(null, { signal: never });
      const { acknowledged } = settings.current();
      if (remoteDisclosure(brain)?.id !== id) {
        throw new AppError('request.invalid', 'This is not what leaves the machine with the model in use.', {
          hint: 'Read what leaves this machine again with: gantry ai',
          params: { reason: 'disclosure' },
        });
      }
      if (!acknowledged.includes(id))
        await settings.change([{ path: ['acknowledged'], value: [...acknowledged, id].slice(-100) }]);
      return await state();
    },
    async sessions(query) {
      const words = query.toLowerCase().split(/\s+/).filter(Boolean);
      return (await sessions.list()).filter((record) => holds(record, words)).map(summary);
    },
    async createSession({ workingDirectory, model = null, mode = 'ask' }) {
      mustBeEnabled();
      mayHaveModel(model);
      const now = clock.now();
      const meta: SessionMeta = {
        id: deps.newId(),
        title: '',
        workingDirectory,
        createdAtMs: now,
        updatedAtMs: now,
        starred: false,
        mode,
        model,
      };
      return await whole(await sessions.create(meta));
    },
    session: async (id) => await whole(await recordOf(id)),
    async changeSession(id, { plan, ...change }) {
      const { meta } = await recordOf(id);
      mayHaveModel(change.model);
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const record = await sessions.append(id, [
        { kind: 'meta', meta: { ...meta, ...given } },
        ...(plan === null ? [{ kind: 'plan' as const, plan }] : []),
      ]);
      open.changed(record.meta);
      // Tools are bound to a folder.
      if (change.workingDirectory !== undefined && change.workingDirectory !== meta.workingDirectory)
        await open.close(id);
      return await whole(record);
    },
    async removeSession(id) {
      await recordOf(id);
      await open.remove(id);
      await sessions.remove(id);
    },
    async removeSessions() {
      await open.removeAll();
      await sessions.removeAll();
    },
    async exportSession(id, format) {
      const record = await recordOf(id);
      return format === 'markdown' ? sessionMarkdown(record) : `${JSON.stringify(await whole(record), undefined, 2)}\n`;
    },
    async turn(id, request) {
      mustBeEnabled();
      const record = await recordOf(id);
      const { meta } = record;
      mayHaveModel(meta.model);
      if (request.replaces !== undefined) {
        questionOf(record, request.replaces);
        if (open.isBusy(id)) throw busy();
      }
      if (request.text.trim() === '' && request.approvePlan === undefined) {
        throw new AppError('request.invalid', 'The question is empty.', { params: { param: 'text' } });
      }
      const disclosure = remoteDisclosure(await deps.brain(meta.model, { signal: never }));
      if (disclosure && !settings.current().acknowledged.includes(disclosure.id)) {
        throw new AppError('assistant.not_acknowledged', disclosure.text.en, {
          hint: 'Read it and agree with: gantry ai acknowledge',
          params: { disclosure: disclosure.id, detail: disclosure.text.zh },
        });
      }
      return await open.turn(id, request);
    },
    async follow(id, after) {
      await recordOf(id);
      return await open.follow(id, after);
    },
    async answer(id, callId, { kind, reason }) {
      await recordOf(id);
      if (open.answer(id, callId, kind === 'reject' ? { kind, reason } : { kind })) return;
      throw new AppError('request.not_found', 'Nobody waits for an answer to this.', {
        hint: 'It may have been answered at another screen.',
        params: { reason: 'approval' },
      });
    },
    async stop(id) {
      await recordOf(id);
      await open.stop(id);
    },
    async undo(id) {
      await recordOf(id);
      return await open.undo(id);
    },
    async compact(id) {
      const { messages } = await recordOf(id);
      if (open.isBusy(id)) throw busy();
      const { messages: kept, removedLength } = compact(messages, { tools: [], maxTokens: compactedTokens });
      if (removedLength === 0) return;
      const keep = kept.findIndex((message, index) => message !== messages[index]);
      if (keep !== -1 || kept.length !== messages.length) {
        const from = keep === -1 ? kept.length : keep;
        await sessions.append(id, [{ kind: 'messages', keep: from, add: kept.slice(from), untrusted: [] }]);
      }
      await open.tell(id, { type: 'compacted', removedLength });
    },
    async rate(id, messageId, { rating, comment }) {
      const record = await recordOf(id);
      if (!record.events.some((event) => nameOf(event) === messageId)) {
        throw new AppError('request.not_found', 'There is no such answer in this session.', {
          params: { reason: 'message' },
        });
      }
      const feedback = rating === null ? null : { rating, ...(comment !== undefined && { comment }) };
      await sessions.append(id, [{ kind: 'feedback', messageId, feedback }]);
    },
    tools: toolList,
    async changeTools(changes) {
      const { tools } = settings.current();
      await settings.change(
        changes.map(({ name, ...change }) => {
          const own = Object.hasOwn(tools, name) ? tools[name] : undefined;
          const next = { ...own, ...change };
          return { path: ['tools', name], value: Object.keys(next).length === 0 ? undefined : next };
        }),
      );
      return await toolList();
    },
    permissions,
    async setPermissions(request) {
      const { deny, ask, allow } = request;
      for (const rule of [...deny, ...ask, ...allow]) mustBeRule(rule);
      const path = request.scope === 'user' ? ['permissions'] : ['projects', request.project];
      const isEmpty = deny.length + ask.length + allow.length === 0;
      await settings.change([{ path, value: isEmpty ? undefined : { deny, ask, allow } }]);
      return await permissions(request.scope === 'project' ? request.project : undefined);
    },
    files: async (directory, prefix) => {
      mustBeEnabled();
      return await deps.files(directory, prefix);
    },
    close: () => open.closeAll({ forGood: true }),
  };
}

/** A wrong rule is the request's fault here, not the settings file's. @throws AppError `request.invalid` */
function mustBeRule(text: string): void {
  try {
    parseRule(text);
  } catch (error) {
    const { message, hint } = toAppError(error);
    throw new AppError('request.invalid', message, { hint, params: { param: 'rule' } });
  }
}

/** By what an answer is rated: facts are answers where no model words them. */
function nameOf(event: AssistantEvent): string | undefined {
  if (event.type === 'fact_card') return event.cardId;
  return 'messageId' in event ? event.messageId : undefined;
}

const compactedTokens = 2000;

function busy(): AppError {
  return new AppError('inference.busy', 'The session is busy.', { hint: 'Wait for its answer, or stop it.' });
}

function remoteDisclosure(brain: Brain): ReturnType<typeof disclosureFor> | undefined {
  if (brain.kind !== 'model' || brain.model.isLocal) return undefined;
  return disclosureFor({ url: brain.url ?? '', model: brain.model.name });
}

/** Every word stands in the title, a question or an answer. */
function holds({ meta, events }: SessionRecord, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const texts = events.flatMap((event) =>
    event.type === 'user_message' || event.type === 'text'
      ? [event.text]
      : event.type === 'fact_card'
        ? [event.title, event.markdown]
        : [],
  );
  const all = [meta.title, meta.workingDirectory, ...texts].join('\n').toLowerCase();
  return words.every((word) => all.includes(word));
}
