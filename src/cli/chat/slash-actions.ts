import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { errorCodeOf, writeFileAtomic } from '#core';
import { modelPath } from '../client/model-path.ts';
import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';
import type { ChatState } from './messages.ts';

const savedChat = z.object({
  model: z.string(),
  system: z.string().optional(),
  sampling: z.record(z.string(), z.number()),
  messages: z.array(
    z.object({
      role: z.enum(['system', 'user', 'assistant']),
      content: z.union([
        z.string(),
        z.array(
          z.union([
            z.object({ type: z.literal('text'), text: z.string() }),
            z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) }),
          ]),
        ),
      ]),
    }),
  ),
});

/** `/model NAME`: goes on with another model, which must be on this machine. */
export async function switchModel(context: CliContext, state: ChatState, name: string | undefined): Promise<void> {
  const { t, notice, report } = context;
  if (name === undefined) {
    notice(t('chat.modelUsage', { model: state.model }));
    return;
  }
  try {
    await (await context.daemon()).text({ path: modelPath(name) });
    state.model = name;
    notice(t('chat.modelSet', { model: printableLine(name) }));
  } catch (error) {
    report(error);
  }
}

/** `/set num_ctx N`: as Docker's chat does, for every later request to the model, not just this chat's. */
export async function setContext(context: CliContext, state: ChatState, value: string | undefined): Promise<void> {
  const { t, notice, report } = context;
  const size = Number(value);
  if (value === undefined || !Number.isSafeInteger(size) || size < 1) {
    const expected = t('usage.expectInteger', { min: 1 });
    notice(t('chat.badParameter', { name: 'num_ctx', value: printableLine(value ?? ''), expected }));
    return;
  }
  try {
    const body = { model: state.model, 'context-size': size };
    await (await context.daemon()).text({ method: 'POST', path: '/engines/_configure', body });
    notice(t('chat.parameterSet', { name: 'num_ctx', value: size }));
  } catch (error) {
    report(error);
  }
}

/** `/save FILE` and `/load FILE`: the conversation as JSON. */
export async function keepConversation(
  { t, notice }: CliContext,
  state: ChatState,
  { type, argument: file }: { type: 'save' | 'load'; argument: string | undefined },
): Promise<void> {
  if (file === undefined) {
    notice(t('chat.fileUsage', { name: `/${type}` }));
    return;
  }
  const failed = (reason: string): void => notice(t('chat.fileFailed', { file: printableLine(file), reason }));
  try {
    if (type === 'save') {
      const { model, system, sampling, messages } = state;
      await writeFileAtomic(file, `${JSON.stringify({ model, system, sampling, messages }, undefined, 2)}\n`, {
        mode: 0o600,
      });
      notice(t('chat.saved', { file: printableLine(file) }));
      return;
    }
    const saved = savedChat.safeParse(parsed(await readFile(file, 'utf8')));
    if (!saved.success) {
      failed(t('chat.notSavedChat'));
      return;
    }
    state.system = saved.data.system;
    state.sampling = saved.data.sampling;
    state.messages = saved.data.messages;
    notice(t('chat.loaded', { file: printableLine(file), n: state.messages.length, model: state.model }));
  } catch (error) {
    failed(errorCodeOf(error) ?? String(error));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
