import { runTurn } from '../loop/run-turn.ts';
import type { AssistantModel, AssistantTool, LoopDeps, Message } from '../loop/types.ts';
import type { AssistantToolSet } from '../tools/types.ts';
import { instructions } from './instructions.ts';
import { planHash, type PlannedCall } from './plan.ts';
import { decideInSession, grantFor, rulesFor } from './rules.ts';
import type { Ended, TurnContext, TurnParts } from './turn-parts.ts';
import type { EventBody } from './types.ts';
import { wireEvent } from './wire-events.ts';

export interface TurnLoopOptions {
  readonly model: AssistantModel;
  /** Undefined goes on from what was said last. */
  readonly user: Message | undefined;
  readonly untrusted: readonly string[];
  /** Whether what is called now has been approved beforehand. */
  readonly approved?: () => boolean;
}

/** Runs the agent loop, tells what happens, and keeps what was said. */
export async function runLoop(
  context: TurnContext,
  { model, user, untrusted, approved = () => false }: TurnLoopOptions,
): Promise<Ended> {
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
  context: TurnContext,
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
        { rules, grants: live.grants, mode, interactive: interactive || approved(), attached: live.attached },
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
