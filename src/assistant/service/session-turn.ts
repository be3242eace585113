import type { AssistantStopReason, TurnRequest } from '#contract';
import { AppError, isAbort, toAppError } from '#core';
import { chooseIntent } from '../intents/choose-intent.ts';
import { languageOf, recognise, type Intent, type Language } from '../intents/recognise.ts';
import { understand } from '../loop/call-one.ts';
import { fenceData } from '../loop/fence.ts';
import { runTurn } from '../loop/run-turn.ts';
import type { AssistantModel, AssistantTool, LoopDeps, Message, ToolCall } from '../loop/types.ts';
import type { PendingPlan, SessionMeta, SessionRecord } from '../sessions/types.ts';
import { answerFromFacts } from './answer-from-facts.ts';
import { instructions } from './instructions.ts';
import type { LiveSession } from './live-session.ts';
import { planHash, startingWith, type PlannedCall } from './plan.ts';
import { decideInSession, grantFor, rulesFor } from './rules.ts';
import { titleOf } from './title.ts';
import type { AssistantToolSet } from '../tools/types.ts';
import type { AssistantDeps, Brain, EventBody, Facts } from './types.ts';
import { errorEvent, wireEvent } from './wire-events.ts';

export interface TurnParts {
  readonly deps: AssistantDeps;
  readonly live: LiveSession;
  /** Number of the turn, for those who follow only this one. */
  readonly turn: number;
  readonly meta: () => SessionMeta;
  readonly tools: AssistantToolSet;
  readonly request: TurnRequest;
  readonly signal: AbortSignal;
}

interface Ended {
  readonly stopReason: AssistantStopReason;
  readonly plan?: PendingPlan | undefined;
}

/** One turn of a session, whose end it returns to be told. Never throws; what fails is told as an event. */
export async function runSessionTurn(parts: TurnParts): Promise<EventBody> {
  const { live, turn, signal } = parts;
  let ended: Ended;
  try {
    ended = await answer(parts);
    await live.change({ kind: 'plan', plan: ended.plan ?? null });
  } catch (thrown) {
    const error = toAppError(thrown);
    if (signal.aborted || isAbort(thrown) || error.code === 'request.aborted') ended = { stopReason: 'aborted' };
    else {
      live.emit(turn, errorEvent(error));
      ended = { stopReason: 'error' };
    }
  }
  const { stopReason, plan } = ended;
  return { type: 'turn_ended', stopReason, ...(plan && { plan: plan.hash }) };
}

async function answer(parts: TurnParts): Promise<Ended> {
  const { deps, live, turn, request, signal } = parts;
  const meta = parts.meta();
  const record = await deps.sessions.get(live.id);
  if (!record) throw new AppError('request.not_found', 'There is no such session.', { params: { reason: 'session' } });
  const text = deps.hideSecrets(request.text);
  const language = request.language ?? languageOf(text) ?? 'en';
  const emit = (body: EventBody): void => live.emit(turn, body);
  if (text !== '') {
    const attachments = (request.attachments ?? []).map(({ kind, name }) => ({ kind, name }));
    emit({ type: 'user_message', messageId: deps.newId(), text, attachments });
  }
  const named = meta.title === '' && text !== '' ? { ...meta, title: titleOf(text) } : meta;
  if (named !== meta) emit({ type: 'session_title', title: named.title });
  await live.change({ kind: 'meta', meta: { ...named, updatedAtMs: deps.clock.now() } });

  const brain = await deps.brain(meta.model, { signal });
  emit({
    type: 'turn_started',
    model: brain.kind === 'model' ? { name: brain.model.name, isLocal: brain.model.isLocal } : null,
    mode: meta.mode,
  });
  await beginTools(parts);
  const attached = await readAttachments(parts);
  // Now the secrets of the project are known too.
  const context: Context = { parts, record, brain, text: parts.tools.hideSecrets(text), language, attached, emit };
  if (request.approvePlan !== undefined) return await carryOutPlan(context, request.approvePlan);
  const intent = withObject(recognise(text), request) ?? (await chosenIntent(context));
  const facts = intent && (await findFacts(context, intent));
  if (brain.kind === 'model' && brain.size === 'full') return await fullTurn(context, { facts });
  return await plainTurn(context, { intent, facts });
}

/** What cannot be reached is left out of this turn; the rest works. */
async function beginTools({ tools, deps, signal, turn, live }: TurnParts): Promise<void> {
  for (const problem of await tools.refresh({ signal })) {
    deps.log.warn('tools of an MCP server are left out', { session: live.id, ...problem });
  }
  tools.changes.startTurn(`${live.id} ${turn} ${deps.clock.now()}`);
}

interface Context {
  readonly parts: TurnParts;
  readonly record: SessionRecord;
  readonly brain: Brain;
  readonly text: string;
  readonly language: Language;
  readonly attached: readonly { readonly source: string; readonly text: string }[];
  readonly emit: (body: EventBody) => void;
}

/** What the person attached says what `this` is. */
function withObject(intent: Intent | undefined, { attachments = [] }: TurnRequest): Intent | undefined {
  const named = (kind: string): string | undefined => attachments.find((one) => one.kind === kind)?.name;
  switch (intent?.kind) {
    case 'why':
      return { ...intent, container: intent.container ?? named('container') };
    case 'run':
    case 'scan':
      return { ...intent, image: intent.image ?? named('image') };
    case 'rate':
    case 'fix':
      return { ...intent, path: intent.path ?? named('file') };
    default:
      return intent;
  }
}

async function chosenIntent({ brain, text, parts }: Context): Promise<Intent | undefined> {
  if (brain.kind !== 'model' || brain.size !== 'small' || text === '') return undefined;
  return await chooseIntent(text, brain.choose, parts).catch((error: unknown) => {
    if (parts.signal.aborted) throw error;
    parts.deps.log.debug('a small model chose nothing', { error });
    return undefined;
  });
}

async function readAttachments({ deps, tools, request, meta, signal }: TurnParts): Promise<Context['attached']> {
  const { workingDirectory } = meta();
  return await Promise.all(
    (request.attachments ?? []).map(async ({ kind, name, content }) => ({
      source: `${kind} ${name}`,
      text: tools.hideSecrets(
        kind === 'text' ? (content ?? '') : await deps.attach({ kind, name }, { workingDirectory, signal }),
      ),
    })),
  );
}

async function findFacts({ parts, language, emit }: Context, intent: Intent): Promise<Facts | undefined> {
  const { deps, tools, signal, meta } = parts;
  try {
    const found = await deps.facts.of(intent, { workingDirectory: meta().workingDirectory, language, signal });
    const facts = { ...found, markdown: tools.hideSecrets(found.markdown) };
    const { kind, title, markdown, data } = facts;
    emit({ type: 'fact_card', cardId: deps.newId(), kind, title, markdown, data });
    return facts;
  } catch (thrown) {
    const error = toAppError(thrown);
    if (signal.aborted) throw error;
    emit(errorEvent(error));
    return undefined;
  }
}

/** A model that is given everything: the facts, and all tools. */
async function fullTurn(context: Context, { facts }: { facts: Facts | undefined }): Promise<Ended> {
  const { brain, parts } = context;
  if (brain.kind !== 'model') throw new AppError('internal', 'There is no model.');
  const sources = [...context.attached, ...(facts ? [{ source: `analysis ${facts.kind}`, text: facts.markdown }] : [])];
  const attachments = fenced(sources, parts.deps);
  const user: Message = { role: 'user', content: context.text, ...(attachments !== '' && { attachments }) };
  return await loop(context, { model: brain.model, user, untrusted: sources.map(({ text }) => text) });
}

/** Rules, or a model that words what they found; what the facts offer to do is done with approval. */
async function plainTurn(
  context: Context,
  { intent, facts }: { intent: Intent | undefined; facts: Facts | undefined },
): Promise<Ended> {
  const { brain, parts, text, language, emit, attached } = context;
  const { deps, live, request, signal } = parts;
  const user: Message = { role: 'user', content: text };
  await live.change({ kind: 'messages', keep: context.record.messages.length, add: [user], untrusted: [] });
  let said = '';
  if (brain.kind === 'model') {
    const known = [facts?.markdown ?? '', ...attached.map((one) => one.text)].join('\n').trim();
    const answered = await answerFromFacts({ question: text, facts: known, language }, brain.model, { signal });
    if (answered?.isCut) emit({ type: 'warning', reason: 'sentences_left_out' });
    said = answered?.text ?? '';
    if (said !== '') emit({ type: 'text', messageId: deps.newId(), text: said });
  }
  // An error was told already where an analyser failed.
  if (facts === undefined && said === '' && intent === undefined) await findFacts(context, { kind: 'capabilities' });
  const add: Message = { role: 'assistant', content: said || (facts?.markdown.slice(0, 4000) ?? ''), toolCalls: [] };
  await live.change({ kind: 'messages', keep: context.record.messages.length + 1, add: [add], untrusted: [] });
  if (facts === undefined) return { stopReason: intent === undefined || said !== '' ? 'answered' : 'error' };
  const names = new Set(parts.tools.tools.map(({ spec }) => spec.name));
  const offers = facts.offers.filter(({ tool }) => names.has(tool));
  const wanted = request.interactive !== false || asksToAct(intent, text);
  if (offers.length === 0 || !wanted) return { stopReason: 'answered' };
  const calls = offers.map(({ tool, args }): ToolCall => ({
    id: deps.newId(),
    name: tool,
    arguments: JSON.stringify(args),
  }));
  return await loop(context, {
    model: startingWith(calls, undefined),
    user: undefined,
    untrusted: [facts.markdown],
  });
}

/** Whether a question wants something done, and not only to know. */
export function asksToAct(intent: Intent | undefined, text: string): boolean {
  return intent?.kind === 'run' || /\b(?:fix|repair|solve|apply)\b|修复|解决|修正|应用/i.test(text);
}

/** Does what was listed, exactly, and goes on from there. */
async function carryOutPlan(context: Context, hash: string): Promise<Ended> {
  const { record, parts, brain } = context;
  const { plan } = record;
  if (plan?.hash !== hash) {
    throw new AppError('request.not_found', 'Nothing with this name waits for approval in this session.', {
      hint: 'Ask again, and approve what is listed then.',
      params: { reason: 'plan', plan: hash },
    });
  }
  const planned = await Promise.all(
    plan.calls.map(async (call): Promise<PlannedCall | undefined> => {
      const one = await understand(call, parts.tools.tools, parts);
      return 'outcome' in one ? undefined : { call, title: one.prepared.title, preview: one.prepared.preview };
    }),
  );
  const known = planned.filter((one) => one !== undefined);
  if (known.length !== plan.calls.length || planHash(known) !== hash) {
    throw new AppError('request.invalid', 'What was listed would do something else by now, so it was not done.', {
      hint: 'Ask again, and approve what is listed then.',
      params: { reason: 'plan', plan: hash },
    });
  }
  const then = brain.kind === 'model' && brain.size === 'full' ? brain.model : undefined;
  let isPlan = true;
  const model = startingWith(plan.calls, then, { onDone: () => (isPlan = false) });
  const user: Message = { role: 'user', content: context.text || 'Do what you listed.' };
  return await loop(context, { model, user, untrusted: [], approved: () => isPlan });
}

interface LoopOptions {
  readonly model: AssistantModel;
  /** Undefined goes on from what was said last. */
  readonly user: Message | undefined;
  readonly untrusted: readonly string[];
  /** Whether what is called now has been approved beforehand. */
  readonly approved?: () => boolean;
}

async function loop(context: Context, { model, user, untrusted, approved = () => false }: LoopOptions): Promise<Ended> {
  const { parts, language, emit } = context;
  const { deps, live, turn, signal } = parts;
  const { workingDirectory, mode } = parts.meta();
  const before = (await deps.sessions.get(live.id)) ?? context.record;
  if (user) await live.change({ kind: 'messages', keep: before.messages.length, add: [user], untrusted });
  const known = user ? [...before.messages, user] : before.messages;
  const system: Message = {
    role: 'system',
    content: instructions({ language, mode, surroundings: await deps.surroundings(workingDirectory) }),
  };
  const planned: PlannedCall[] = [];
  let messageId = deps.newId();
  const events = runTurn(
    { messages: [system, ...known], untrusted: [...before.untrusted, ...untrusted] },
    loopDeps(context, { model, approved }),
    { signal },
  );
  for (;;) {
    const step = await events.next();
    if (step.done) {
      const { messages, untrusted: all, stopReason } = step.value;
      const rest = messages.filter(({ role }) => role !== 'system');
      const differs = rest.findIndex((message, index) => message !== known[index]);
      const keep = differs === -1 ? Math.min(rest.length, known.length) : differs;
      const seen = before.untrusted.length + untrusted.length;
      await live.change({
        kind: 'messages',
        keep,
        add: rest.slice(keep),
        untrusted: [...(user ? [] : untrusted), ...all.slice(seen)],
      });
      if (planned.length === 0 || stopReason === 'aborted' || stopReason === 'error') return { stopReason };
      const plan = { hash: planHash(planned), calls: planned.map(({ call }) => call) };
      return { stopReason: 'needs_approval', plan };
    }
    const event = step.value;
    if (event.type === 'needs_approval') planned.push(event);
    const body = wireEvent(event, messageId);
    if (event.type !== 'text' && event.type !== 'reasoning' && event.type !== 'token_usage') messageId = deps.newId();
    // The whole output comes with the response.
    if (event.type === 'tool_output') live.emit(turn, hidden(event, parts.tools), { keep: false });
    else if (body && !(body.type === 'tool_call_confirmation' && approved())) emit(body);
  }
}

function hidden({ callId, text }: { callId: string; text: string }, { hideSecrets }: AssistantToolSet): EventBody {
  return { type: 'tool_output', callId, text: hideSecrets(text) };
}

function loopDeps(
  context: Context,
  { model, approved }: { readonly model: AssistantModel; readonly approved: () => boolean },
): LoopDeps {
  const { parts, emit } = context;
  const { deps, live, request, tools } = parts;
  const interactive = request.interactive !== false;
  const settings = deps.settings.current();
  const isOn = ({ spec }: AssistantTool): boolean =>
    !Object.hasOwn(settings.tools, spec.name) || settings.tools[spec.name]?.enabled !== false;
  return {
    model,
    // Servers of the project bring theirs in the middle of a turn.
    get tools() {
      return tools.tools.filter(isOn);
    },
    clock: deps.clock,
    hideSecrets: tools.hideSecrets,
    nonce: deps.newId,
    limits: { steps: settings.maxSteps },
    decide(action, texts) {
      const { mode, workingDirectory } = parts.meta();
      const rules = rulesFor(deps.settings.current(), workingDirectory);
      return decideInSession(
        action,
        { rules, grants: live.grants, mode, interactive: interactive || approved() },
        texts,
      );
    },
    async approve({ call }, { signal }) {
      if (approved()) {
        emit({ type: 'approval', callId: call.id, kind: 'once' });
        return { kind: 'once' };
      }
      const approval = await live.ask(call.id, signal);
      const reason = approval.kind === 'reject' ? approval.reason : undefined;
      emit({ type: 'approval', callId: call.id, kind: approval.kind, ...(reason !== undefined && { reason }) });
      return approval;
    },
    grant(action, scope) {
      const rule = grantFor(action);
      if (!rule) return;
      live.grants.push(rule);
      if (scope === 'project') void grantInProject(parts, rule.text);
    },
    ...(interactive && {
      goOn: async (steps: number, { signal }: { readonly signal: AbortSignal }) => {
        const callId = deps.newId();
        emit({ type: 'continue_confirmation', callId, steps });
        const { kind } = await live.ask(callId, signal);
        emit({ type: 'approval', callId, kind });
        return kind !== 'reject';
      },
    }),
  };
}

async function grantInProject({ deps, meta }: TurnParts, rule: string): Promise<void> {
  const { workingDirectory } = meta();
  const { projects } = deps.settings.current();
  const found = Object.hasOwn(projects, workingDirectory) ? projects[workingDirectory] : undefined;
  const { deny = [], ask = [], allow = [] } = found ?? {};
  if (allow.includes(rule)) return;
  await deps.settings
    .change([{ path: ['projects', workingDirectory], value: { deny, ask, allow: [...allow, rule] } }])
    .catch((error: unknown) => deps.log.warn('an approval could not be kept for the project', { error }));
}

const maxAttached = 60_000;

function fenced(sources: Context['attached'], { newId }: AssistantDeps): string {
  return sources
    .map(({ source, text }) => fenceData(text, { source, nonce: newId(), maxLength: maxAttached }))
    .join('\n\n');
}
