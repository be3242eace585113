import { z } from 'zod';
import { pathOf, type Thread } from './thread.ts';

const stats = z.object({
  tokensPerSecond: z.number().optional(),
  firstTokenMs: z.number().optional(),
  totalTokens: z.number().optional(),
});
const turn = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), text: z.string(), images: z.array(z.string()) }),
  z.object({
    role: z.literal('assistant'),
    model: z.string(),
    text: z.string(),
    reasoning: z.string(),
    state: z.enum(['waiting', 'answering', 'done', 'stopped', 'failed']),
    problem: z.string().optional(),
    stats: stats.optional(),
  }),
]);
const thread = z.object({
  nodes: z.array(z.object({ id: z.number(), parent: z.number().nullable(), turn })),
  leaf: z.number().nullable(),
});

/** A conversation as the browser keeps it. */
export const savedChat = z.object({
  id: z.string(),
  title: z.string(),
  changedAt: z.number(),
  options: z.object({
    system: z.string(),
    temperature: z.string(),
    topP: z.string(),
    maxTokens: z.string(),
    seed: z.string(),
  }),
  /** One model, or two that are asked the same. */
  panes: z
    .array(z.object({ model: z.string(), thread }))
    .min(1)
    .max(2),
});
export const chatSummary = savedChat.pick({ id: true, title: true, changedAt: true });

export type SavedChat = z.infer<typeof savedChat>;
export type ChatSummary = z.infer<typeof chatSummary>;

/** As it is after the page was left: what was under way then has stopped. */
export function restored(value: unknown): SavedChat | undefined {
  const { data } = savedChat.safeParse(value);
  return data && { ...data, panes: data.panes.map((pane) => ({ ...pane, thread: halted(pane.thread) })) };
}

function halted({ nodes, leaf }: SavedChat['panes'][number]['thread']): SavedChat['panes'][number]['thread'] {
  return {
    leaf,
    nodes: nodes.map((node) =>
      node.turn.role === 'assistant' && (node.turn.state === 'waiting' || node.turn.state === 'answering')
        ? { ...node, turn: { ...node.turn, state: 'stopped' } }
        : node,
    ),
  };
}

const mostTitleChars = 60;

/** What a conversation is called: how it begins. */
export function titleOf(saved: Thread): string {
  const text = pathOf(saved)[0]?.turn.text.replaceAll(/\s+/g, ' ').trim() ?? '';
  return text.length > mostTitleChars ? `${text.slice(0, mostTitleChars).trimEnd()}…` : text;
}

/** The branch that is shown, to be read elsewhere. */
export function asMarkdown(chat: SavedChat, you: string): string {
  return chat.panes
    .map((pane) => {
      const turns = pathOf(pane.thread).map(({ turn: said }) =>
        said.role === 'user' ? `## ${you}\n\n${said.text}` : `## ${said.model}\n\n${said.text}`,
      );
      return [`# ${pane.model}: ${chat.title}`, ...turns].join('\n\n');
    })
    .join('\n\n---\n\n')
    .concat('\n');
}
