import type { LoopEvent } from '../loop/types.ts';
import { shorten } from '../loop/fence.ts';
import { grantFor } from './rules.ts';
import type { EventBody } from './types.ts';

const maxText = 30_000;
const maxPreview = 100_000;

/** What the loop tells, in the words of the API. Undefined where the service tells it itself. */
export function wireEvent(event: LoopEvent, messageId: string): EventBody | undefined {
  switch (event.type) {
    case 'text':
    case 'reasoning':
      return { type: event.type, messageId, text: event.text };
    case 'answer_discarded':
      return { type: 'answer_discarded', messageId, reason: event.reason };
    case 'tool_call':
    case 'needs_approval': {
      const { call, title, preview, risk } = event;
      return {
        type: event.type,
        ...named(call.id, call.name),
        title,
        ...shown(preview, risk),
        arguments: call.arguments,
      };
    }
    case 'tool_call_confirmation': {
      const { call, prepared, decision } = event.question;
      const { risk, reasons } = prepared.action.assessment;
      const isLasting = decision.because === 'risk' && grantFor(prepared.action) !== undefined;
      return {
        type: 'tool_call_confirmation',
        ...named(call.id, call.name),
        title: prepared.title,
        ...shown(prepared.preview, risk),
        because: decision.because,
        reasons: [...reasons],
        untrustedWords: [...decision.untrustedWords],
        ...(decision.attachedWords.length > 0 && { attachedWords: [...decision.attachedWords] }),
        scopes: isLasting ? ['session', 'project'] : [],
      };
    }
    case 'tool_output':
      return { type: 'tool_output', callId: event.callId, text: event.text };
    case 'tool_call_response': {
      const { text, untrusted, isError } = event.output;
      return {
        type: 'tool_call_response',
        callId: event.callId,
        text: shorten(text, maxText),
        untrusted,
        isError: isError === true,
        outcome: event.outcome,
      };
    }
    case 'compacted':
      return { type: 'compacted', removedLength: event.removedLength };
    case 'token_usage':
      return { type: 'token_usage', ...event.usage, contextTokens: event.contextTokens };
    case 'warning':
      return { type: 'warning', reason: event.reason };
    case 'error':
      return errorEvent(event.error);
  }
}

export function errorEvent({ code, message, hint, params }: Extract<LoopEvent, { type: 'error' }>['error']): EventBody {
  return { type: 'error', code, message, ...(hint !== undefined && { hint }), params: { ...params } };
}

function named(callId: string, tool: string): { callId: string; tool: string } {
  return { callId, tool };
}

function shown(preview: string | undefined, risk: string) {
  return {
    ...(preview !== undefined && { preview: shorten(preview, maxPreview) }),
    // The loop's own words for risks are those of the contract.
    risk: risk as 'R0' | 'R1' | 'R2' | 'R3' | 'R4' | 'R5',
  };
}
