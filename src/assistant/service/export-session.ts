import type { AssistantEvent } from '#contract';
import type { SessionRecord } from '../sessions/types.ts';

/** A transcript to read: questions, answers, facts, and every action with what came of it. */
export function sessionMarkdown({ meta, events, feedback }: SessionRecord): string {
  const parts = [
    `# ${inLine(meta.title) || 'Session'}`,
    `${new Date(meta.createdAtMs).toISOString()} · ${inCode(meta.workingDirectory)}`,
    ...events.flatMap((event) => partOf(event)),
    ...Object.entries(feedback).map(
      ([messageId, { rating, comment }]) =>
        `${rating === 'up' ? '👍' : '👎'} ${inCode(messageId)}${comment === undefined ? '' : `: ${inLine(comment)}`}`,
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function partOf(event: AssistantEvent): readonly string[] {
  switch (event.type) {
    case 'user_message':
      return ['## >', event.text, ...event.attachments.map(({ kind, name }) => `- ${inCode(`${kind} ${name}`)}`)];
    case 'text':
      return [event.text];
    case 'fact_card':
      return [event.markdown];
    case 'tool_call':
      return [
        `**${inLine(event.title)}** (${event.tool}, ${event.risk})`,
        ...(event.preview ? [block(event.preview)] : []),
      ];
    case 'approval':
      return [`→ ${event.kind}${event.reason === undefined ? '' : `: ${inLine(event.reason)}`}`];
    case 'tool_call_response':
      return [`${event.outcome}:`, block(event.text)];
    case 'error':
      return [`**${inLine(event.message)}**`];
    case 'turn_ended':
      return event.stopReason === 'answered' ? [] : [`_${event.stopReason}_`];
    default:
      return [];
  }
}

function inLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>]/g, String.raw`\$&`);
}

function inCode(text: string): string {
  return `\`${text.replaceAll(/[`\s]+/g, ' ')}\``;
}

/** Fenced by more backticks than stand in it. */
function block(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
