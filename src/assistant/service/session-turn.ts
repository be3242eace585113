import { AppError, isAbort, toAppError } from '#core';
import type { TurnRequest } from '#contract';
import { chooseIntent } from '../intents/choose-intent.ts';
import { languageOf, recognise, type Intent } from '../intents/recognise.ts';
import { understand } from '../loop/call-one.ts';
import { fenceData } from '../loop/fence.ts';
import type { Message, ToolCall } from '../loop/types.ts';
import type { Question, SessionRecord } from '../sessions/types.ts';
import { answerFromFacts } from './answer-from-facts.ts';
import { planHash, startingWith, type PlannedCall } from './plan.ts';
import { titleOf } from './title.ts';
import { runLoop } from './turn-loop.ts';
import type { Ended, TurnContext, TurnParts } from './turn-parts.ts';
import type { AssistantDeps, EventBody, Facts } from './types.ts';
import { errorEvent } from './wire-events.ts';

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
  if (request.replaces !== undefined) return await answerAnew(parts, record, request.replaces);
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
  const byHand = (request.attachments ?? []).map(({ kind }) => kind === 'file' || kind === 'text');
  live.attached.push(...attached.flatMap(({ text: one }, index) => (byHand[index] === true ? [one] : [])));
  // Now the secrets of the project are known too.
  const context: TurnContext = { parts, record, brain, text: parts.tools.hideSecrets(text), language, attached, emit };
  if (request.approvePlan !== undefined) return await carryOutPlan(context, request.approvePlan);
  const intent = withObject(recognise(text), request) ?? (await chosenIntent(context));
  const facts = intent && (await findFacts(context, intent));
  if (brain.kind === 'model' && brain.size === 'full') return await fullTurn(context, { facts });
  return await plainTurn(context, { intent, facts });
}

/** Asks in the place of an earlier question, after everything from there on was taken out. */
async function answerAnew(parts: TurnParts, record: SessionRecord, messageId: string): Promise<Ended> {
  const question = questionOf(record, messageId);
  const at = record.events.findIndex(({ seq }) => seq === question.seq);
  const before = record.events[at - 1];
  parts.live.emit(parts.turn, { type: 'rewound', fromSeq: before?.type === 'rewound' ? before.seq : question.seq });
  await parts.live.settled();
  return await answer({ ...parts, request: { ...parts.request, replaces: undefined } });
}

/** @throws AppError `request.not_found` */
export function questionOf({ questions }: Pick<SessionRecord, 'questions'>, messageId: string): Question {
  const found = questions.find((one) => one.messageId === messageId);
  if (found) return found;
  throw new AppError('request.not_found', 'There is no such question in this session.', {
    hint: 'It may have been replaced at another screen.',
    params: { reason: 'message', message: messageId.slice(0, 100) },
  });
}

/** What cannot be reached is left out of this turn; the rest works. */
async function beginTools({ tools, deps, signal, turn, live }: TurnParts): Promise<void> {
  for (const problem of await tools.refresh({ signal })) {
    deps.log.warn('tools of an MCP server are left out', { session: live.id, ...problem });
  }
  tools.changes.startTurn(`${live.id} ${turn} ${deps.clock.now()}`);
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

async function chosenIntent({ brain, text, parts }: TurnContext): Promise<Intent | undefined> {
  if (brain.kind !== 'model' || brain.size !== 'small' || text === '') return undefined;
  return await chooseIntent(text, brain.choose, parts).catch((error: unknown) => {
    if (parts.signal.aborted) throw error;
    parts.deps.log.debug('a small model chose nothing', { error });
    return undefined;
  });
}

async function readAttachments({ deps, tools, request, meta, signal }: TurnParts): Promise<TurnContext['attached']> {
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

async function findFacts({ parts, language, emit }: TurnContext, intent: Intent): Promise<Facts | undefined> {
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
async function fullTurn(context: TurnContext, { facts }: { facts: Facts | undefined }): Promise<Ended> {
  const { brain, parts } = context;
  if (brain.kind !== 'model') throw new AppError('internal', 'There is no model.');
  const sources = [...context.attached, ...(facts ? [{ source: `analysis ${facts.kind}`, text: facts.markdown }] : [])];
  const attachments = fenced(sources, parts.deps);
  const user: Message = { role: 'user', content: context.text, ...(attachments !== '' && { attachments }) };
  return await runLoop(context, { model: brain.model, user, untrusted: sources.map(({ text }) => text) });
}

/** Rules, or a model that words what they found; what the facts offer to do is done with approval. */
async function plainTurn(
  context: TurnContext,
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
  return await runLoop(context, {
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
async function carryOutPlan(context: TurnContext, hash: string): Promise<Ended> {
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
  return await runLoop(context, { model, user, untrusted: [], approved: () => isPlan });
}

const maxAttached = 60_000;

function fenced(sources: TurnContext['attached'], { newId }: AssistantDeps): string {
  return sources
    .map(({ source, text }) => fenceData(text, { source, nonce: newId(), maxLength: maxAttached }))
    .join('\n\n');
}
