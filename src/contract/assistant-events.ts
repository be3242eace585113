import { z } from 'zod';

/** What was attached to a question; its content is not repeated. */
const attachmentName = z.object({ kind: z.string(), name: z.string() });

export const assistantRisk = z.enum(['R0', 'R1', 'R2', 'R3', 'R4', 'R5']);

export const assistantStopReason = z.enum([
  'answered',
  'refused',
  'loop',
  'steps',
  'length',
  'aborted',
  'error',
  /** Something was not done because nobody could be asked; `plan` approves exactly that. */
  'needs_approval',
  /** The daemon ended while the turn was under way. */
  'interrupted',
]);

/** A call of a tool before it is carried out: `preview` is what would be run or changed, exactly. */
const call = {
  callId: z.string(),
  tool: z.string(),
  title: z.string(),
  preview: z.string().optional(),
  risk: assistantRisk,
};

/** In every event: where it stands in its session, and when it happened (ISO 8601). */
const base = { seq: z.number().int().nonnegative(), at: z.string() };

function event<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.object({ type: z.literal(type), ...base, ...shape });
}

/**
 * What happens in a session, in the order of `seq`. Texts of a live turn come in pieces with one `messageId`; those of a stored one
 * are whole. Texts of others (`untrusted`) are data, to be shown as text and never as markup or instructions.
 */
export const assistantEvent = z.discriminatedUnion('type', [
  event('user_message', { messageId: z.string(), text: z.string(), attachments: z.array(attachmentName) }),
  /** What stands from `fromSeq` on counts no longer: that question is asked anew. */
  event('rewound', { fromSeq: z.number().int().positive() }),
  event('session_title', { title: z.string() }),
  /** The session is being deleted: what is under way in it is stopped, and nothing of it can be asked for any more. */
  event('session_removed', {}),
  /** The session is busy: the turn begins when those before it have ended. */
  event('turn_queued', { position: z.number().int().positive() }),
  /** `model` is null where rules answer, with no model. */
  event('turn_started', {
    model: z.object({ name: z.string(), isLocal: z.boolean() }).nullable(),
    mode: z.enum(['ask', 'plan', 'auto']),
  }),
  event('text', { messageId: z.string(), text: z.string() }),
  event('reasoning', { messageId: z.string(), text: z.string() }),
  /** What was shown of this message so far counts no longer; another follows. */
  event('answer_discarded', { messageId: z.string(), reason: z.literal('broken') }),
  /** Facts found without any model. Markdown is ours, in the language of the question; `data` is that of the analyser's `--json`. */
  event('fact_card', {
    cardId: z.string(),
    kind: z.enum([
      'rate',
      'fix',
      'generate',
      'why',
      'run',
      'scan',
      'doctor',
      'disk',
      'containers',
      'images',
      'volumes',
      'networks',
      'models',
      'capabilities',
    ]),
    title: z.string(),
    markdown: z.string(),
    data: z.unknown(),
  }),
  event('tool_call', { ...call, arguments: z.string() }),
  /** Waits for `POST …/approvals/{callId}`. `scopes` are the longer grants that may be offered; `reasons` say where the risk comes from. */
  event('tool_call_confirmation', {
    ...call,
    because: z.enum(['risk', 'rule', 'untrusted']),
    reasons: z.array(z.string()),
    /** Words of the action that come from text nobody vouches for. */
    untrustedWords: z.array(z.string()),
    /** Words that stand only in files and texts which the person attached. */
    attachedWords: z.array(z.string()).optional(),
    scopes: z.array(z.enum(['session', 'project'])),
  }),
  /** As many steps as a turn may take are taken. Waits for `POST …/approvals/{callId}`: anything but `reject` goes on. */
  event('continue_confirmation', { callId: z.string(), steps: z.number() }),
  /** Somebody answered a confirmation, at whichever screen. */
  event('approval', {
    callId: z.string(),
    kind: z.enum(['once', 'session', 'project', 'reject']),
    reason: z.string().optional(),
  }),
  event('tool_output', { callId: z.string(), text: z.string() }),
  event('tool_call_response', {
    callId: z.string(),
    text: z.string(),
    untrusted: z.boolean(),
    isError: z.boolean(),
    /** `stopped`: the turn was given up while it ran; the text is what it had written. */
    outcome: z.enum(['done', 'failed', 'rejected', 'denied', 'invalid', 'timeout', 'stopped']),
  }),
  event('needs_approval', { ...call, arguments: z.string() }),
  event('compacted', { removedLength: z.number() }),
  event('token_usage', { promptTokens: z.number(), completionTokens: z.number(), contextTokens: z.number() }),
  event('warning', { reason: z.enum(['loop', 'steps', 'length', 'sentences_left_out']) }),
  event('undone', { files: z.array(z.object({ path: z.string(), outcome: z.string() })) }),
  event('error', {
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
  /** `plan` names what waits for approval, with `needs_approval`. */
  event('turn_ended', { stopReason: assistantStopReason, plan: z.string().optional() }),
]);

export type AssistantEvent = z.infer<typeof assistantEvent>;
export type AssistantStopReason = z.infer<typeof assistantStopReason>;
