import { z } from 'zod';
import { filePath } from './file-path.ts';
import { assistantEvent } from './assistant-events.ts';
import { errorBody } from './errors.ts';

const mode = z.enum(['ask', 'plan', 'auto']);
const directory = filePath.startsWith('/');
const modelName = z.string().min(1).max(500);

const byLanguage = z.object({ en: z.string(), zh: z.string() });

/** `GET /gantry/assistant`. */
export const assistantStateBody = z.object({
  enabled: z.boolean(),
  /** What is accepted with `POST /gantry/assistant/enable {acceptTerms: version}`. */
  terms: z.object({ version: z.number().int(), text: byLanguage }),
  /** Null: rules answer. */
  model: z.object({ name: z.string(), isLocal: z.boolean(), url: z.string().optional() }).nullable(),
  /** Why there is none. */
  whyNoModel: byLanguage.optional(),
  /** Why the model of the settings cannot answer: it was removed, or does not generate text. `model` is null then. */
  modelError: errorBody.shape.error.optional(),
  /** What leaves this machine with the model in use; null where nothing does. Acknowledged before its first use. */
  disclosure: z.object({ id: z.string(), text: byLanguage, acknowledged: z.boolean() }).nullable(),
});

/** `GET /gantry/assistant/models`: what `assistant.model` may name on this machine. */
export const assistantModelListBody = z.object({
  /** What `auto` is as things are; null where no model fits. */
  automatic: z.string().nullable(),
  models: z.array(
    z.object({
      name: z.string(),
      parameters: z.number().optional(),
      /** `small` is given no tools: it words what rules find. */
      size: z.enum(['full', 'small']),
      /** Whether it fits into the memory that models may use. */
      fits: z.boolean(),
      isLoaded: z.boolean(),
    }),
  ),
});

/** `POST /gantry/assistant/enable`, answered with `assistantStateBody`; so is `POST /gantry/assistant/disable`. */
export const enableAssistantRequest = z.strictObject({ acceptTerms: z.number().int() });

/** `POST /gantry/assistant/acknowledge`: what leaves this machine has been read. Answered with `assistantStateBody`. */
export const acknowledgeRequest = z.strictObject({ disclosure: z.string() });

const session = z.object({
  id: z.string(),
  title: z.string(),
  workingDirectory: z.string(),
  /** ISO 8601, as the other. */
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Questions and answers. */
  messages: z.number().int(),
  starred: z.boolean(),
  mode,
  /** Null: the one of the settings. */
  model: z.string().nullable(),
  busy: z.boolean(),
  /** What waits for approval since nobody could be asked, as `turn_ended` named it. */
  plan: z.string().nullable(),
});

/** `GET /gantry/assistant/sessions[?query=WORDS]`, the latest first. */
export const assistantSessionListBody = z.array(session);

const feedback = z.object({ rating: z.enum(['up', 'down']), comment: z.string().optional() });

/** `GET /gantry/assistant/sessions/{id}`, and the answer of `POST …/sessions` (201) and `PATCH …/sessions/{id}`. */
export const assistantSessionBody = session.extend({
  events: z.array(assistantEvent),
  /** By `messageId`, or the `cardId` of facts. */
  feedback: z.record(z.string(), feedback),
  /** Whether `POST …/undo` would change files. */
  canUndo: z.boolean(),
});

/** `POST /gantry/assistant/sessions`. */
export const createSessionRequest = z.strictObject({
  workingDirectory: directory,
  model: modelName.nullish(),
  mode: mode.optional(),
});

/**
 * `PATCH /gantry/assistant/sessions/{id}`; `model: null` goes back to the one of the settings, `plan: null` forgets what waits for
 * approval.
 */
export const changeSessionRequest = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  starred: z.boolean().optional(),
  model: modelName.nullable().optional(),
  mode: mode.optional(),
  workingDirectory: directory.optional(),
  plan: z.null().optional(),
});

const attachment = z.strictObject({
  kind: z.enum(['file', 'container', 'image', 'volume', 'model', 'server', 'text']),
  /** A path in the working directory, the name of an object (a server is one of the profile `default`), or what the text is. */
  name: z.string().min(1).max(4096),
  /** Only of `text`; what is named otherwise is read by the daemon. */
  content: z.string().max(1_000_000).optional(),
});

/** `POST /gantry/assistant/sessions/{id}/turns`, answered with server-sent events of `assistantEvent`, the last of them `turn_ended`. */
export const turnRequest = z.strictObject({
  /** Empty only with `approvePlan`. */
  text: z.string().max(200_000),
  attachments: z.array(attachment).max(32).default([]),
  /** That of the question unless it says. */
  language: z.enum(['en', 'zh']).optional(),
  /** Whether somebody can be asked; if not, what needs approval is not done and listed. */
  interactive: z.boolean().default(true),
  /**
   * The `messageId` of an earlier question: this one is asked in its place, and everything from there on is taken out of the session.
   * Files that were changed since stay as they are. Not while the session is busy.
   */
  replaces: z.string().min(1).max(200).optional(),
  /** Does exactly what a turn that ended with `needs_approval` listed, then goes on. */
  approvePlan: z.string().max(100).optional(),
});

/** `POST /gantry/assistant/sessions/{id}/approvals/{callId}`, answered 204. */
export const approvalRequest = z.strictObject({
  kind: z.enum(['once', 'session', 'project', 'reject']),
  reason: z.string().max(2000).optional(),
});

/** `POST /gantry/assistant/sessions/{id}/undo`: what became of the files that the last turn changed. `…/stop` and `…/compact` answer 204. */
export const undoneBody = z.object({
  files: z.array(z.object({ path: z.string(), outcome: z.enum(['restored', 'removed', 'kept']) })),
});

/**
 * `PUT /gantry/assistant/sessions/{id}/messages/{messageId}/feedback`, answered 204; null takes it back. Facts are rated too, by their
 * `cardId`.
 */
export const feedbackRequest = z.strictObject({
  rating: z.enum(['up', 'down']).nullable(),
  comment: z.string().max(4000).optional(),
});

/** `GET /gantry/assistant/tools`, and the answer of `PATCH`. */
export const assistantToolListBody = z.array(
  z.object({
    name: z.string(),
    group: z.string(),
    description: z.string(),
    enabled: z.boolean(),
    /** `auto`: what the tool does is not asked about, unless a rule or the risk says so. */
    approval: z.enum(['ask', 'auto']),
  }),
);

/** `PATCH /gantry/assistant/tools`. */
export const changeToolsRequest = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(200),
      enabled: z.boolean().optional(),
      approval: z.enum(['ask', 'auto']).optional(),
    }),
  )
  .max(1000);

const ruleTexts = z.array(z.string().min(1).max(500)).max(500);

/** `GET /gantry/assistant/permissions[?project=DIR]`, and the answer of `PUT`. The first of deny, ask and allow that holds decides. */
export const permissionsBody = z.object({
  rules: z.array(
    z.object({
      effect: z.enum(['deny', 'ask', 'allow']),
      /** `shell(docker ps *)`, `write_file(src/**)`, `mcp:github`. */
      rule: z.string(),
      /** `locked`: of the administrator, not to be changed. */
      scope: z.enum(['user', 'project', 'locked']),
    }),
  ),
});

/** `PUT /gantry/assistant/permissions`: all rules of one scope. */
export const permissionsRequest = z.union([
  z.strictObject({ scope: z.literal('user'), deny: ruleTexts, ask: ruleTexts, allow: ruleTexts }),
  z.strictObject({
    scope: z.literal('project'),
    project: directory,
    deny: ruleTexts,
    ask: ruleTexts,
    allow: ruleTexts,
  }),
]);

/** `GET /gantry/assistant/files?directory=DIR&prefix=TEXT`: names inside the directory, for completion. */
export const projectFilesBody = z.object({
  /** Relative to the directory; folders end with a slash. */
  paths: z.array(z.string()),
  truncated: z.boolean(),
});

export type AssistantStateBody = z.infer<typeof assistantStateBody>;
export type AssistantModelListBody = z.infer<typeof assistantModelListBody>;
export type AssistantSessionListBody = z.infer<typeof assistantSessionListBody>;
export type AssistantSessionBody = z.infer<typeof assistantSessionBody>;
export type CreateSessionRequest = z.input<typeof createSessionRequest>;
export type ChangeSessionRequest = z.infer<typeof changeSessionRequest>;
export type TurnRequest = z.input<typeof turnRequest>;
export type ApprovalRequest = z.infer<typeof approvalRequest>;
export type UndoneBody = z.infer<typeof undoneBody>;
export type FeedbackRequest = z.infer<typeof feedbackRequest>;
export type AssistantToolListBody = z.infer<typeof assistantToolListBody>;
export type ChangeToolsRequest = z.infer<typeof changeToolsRequest>;
export type PermissionsBody = z.infer<typeof permissionsBody>;
export type PermissionsRequest = z.infer<typeof permissionsRequest>;
export type ProjectFilesBody = z.infer<typeof projectFilesBody>;
