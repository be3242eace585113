import { toAppError } from '#core';
import type { CallOutcome, GatewayTool, JsonObject, SessionControl } from '#mcp';
import type { JsonRecord, PreparedCall } from '../loop/types.ts';
import { withoutControls } from '../loop/fence.ts';
import { decide } from '../permissions/decide.ts';
import type { GroupedTool } from '../tools/define-tool.ts';

export interface ServedToolOptions {
  readonly hideSecrets: (text: string) => string;
  /** What the person at the client is asked. */
  readonly question: (asked: { readonly title: string; readonly preview: string | undefined; risk: string }) => string;
}

const noRules = { deny: [], ask: [], allow: [] };
const answerSchema: JsonObject = {
  type: 'object',
  properties: { allow: { type: 'boolean', title: 'Allow this', default: false } },
  required: ['allow'],
};

/** A tool of the assistant for clients of MCP. What is not harmless happens only once the person at the client said so. */
export function servedTool(tool: GroupedTool, options: ServedToolOptions): GatewayTool {
  const { spec, readsOnly } = tool;
  return {
    definition: {
      name: spec.name,
      description: spec.description,
      inputSchema: spec.parameters,
      annotations: {
        readOnlyHint: readsOnly,
        ...(!readsOnly && { destructiveHint: destroys.test(spec.name) }),
        openWorldHint: openWorld.has(tool.group),
      },
    },
    call: (args, { session, signal = new AbortController().signal }) =>
      orTell(async () => {
        const prepared = await tool.prepare(args as JsonRecord, { signal });
        const refusal = await askPerson(prepared, { session, signal, options });
        if (refusal !== undefined) return said(refusal, true);
        const late = AbortSignal.any([signal, AbortSignal.timeout(tool.timeoutMs)]);
        const output = await prepared.run({ signal: late, onOutput: () => undefined });
        return said(options.hideSecrets(withoutControls(output.text)), output.isError === true);
      }),
  };
}

/** All but what only makes or starts things. */
const destroys = /^(?:remove|delete|stop|restart|compose_down|shell|write|edit|push)/;
const openWorld = new Set(['web', 'mcp', 'project-mcp', 'shell']);

interface Asking {
  readonly session: SessionControl;
  readonly signal: AbortSignal;
  readonly options: ServedToolOptions;
}

/** Undefined when it may happen; else why it does not, for the model. */
async function askPerson(prepared: PreparedCall, { session, signal, options }: Asking): Promise<string | undefined> {
  const { elicit } = session.client;
  const decision = decide(prepared.action, {
    rules: noRules,
    grants: [],
    mode: 'ask',
    interactive: elicit !== undefined,
    untrusted: [],
    trusted: [],
  });
  if (decision.kind === 'allow') return undefined;
  const { title, preview } = prepared;
  const { risk } = prepared.action.assessment;
  if (decision.kind === 'deny' || elicit === undefined) {
    return `This was not done: ${title} (${risk}) needs the approval of a person, and this client cannot ask one.`;
  }
  const outcome = await elicit(
    { message: options.question({ title, preview, risk }), schema: answerSchema },
    { signal },
  );
  if (outcome.action === 'accept' && outcome.content['allow'] === true) return undefined;
  return 'The person did not allow this. Do not try it in another way; ask what they want.';
}

async function orTell(work: () => Promise<CallOutcome>): Promise<CallOutcome> {
  try {
    return await work();
  } catch (error) {
    const { code, message, hint } = toAppError(error);
    if (code === 'request.aborted') throw error;
    return said(hint === undefined ? message : `${message} ${hint}`, true);
  }
}

function said(text: string, isError: boolean): CallOutcome {
  return { kind: 'result', result: { content: [{ type: 'text', text }], ...(isError && { isError }) } };
}
