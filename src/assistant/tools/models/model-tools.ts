import { z } from 'zod';
import { formatSize } from '#core';
import { assess, defineTool, ownWords, table, untrusted, type GroupedTool } from '../define-tool.ts';
import type { Title } from '../titles.ts';
import type { ModelsPort } from '../types.ts';

const model = z
  .string()
  .regex(/^[\w][\w./:@#=+-]{0,300}$/, 'is not the name of a model')
  .describe('Such as ai/smollm2');

export function modelTools({
  models,
  title,
}: {
  readonly models: ModelsPort;
  readonly title: Title;
}): readonly GroupedTool[] {
  return [
    defineTool({
      name: 'list_models',
      group: 'models',
      description: 'Lists the models on this machine.',
      args: z.object({}),
      readsOnly: true,
      plan: () => ({
        assessment: assess('R0'),
        targets: [],
        title: title('models.list'),
        preview: 'docker model ls',
        async run({ signal }) {
          const rows = (await models.list({ signal })).map(({ name, sizeBytes, isLoaded }) => [
            name,
            sizeBytes === undefined ? '' : formatSize(sizeBytes),
            isLoaded ? 'loaded' : '',
          ]);
          return untrusted(table(['MODEL', 'SIZE', ''], rows));
        },
      }),
    }),
    defineTool({
      name: 'pull_model',
      group: 'models',
      description: 'Pulls a model; they have hundreds of megabytes and more.',
      args: z.object({ model }),
      timeoutMs: 2 * 3_600_000,
      plan: ({ model: name }) => ({
        assessment: assess('R4', 'network'),
        targets: [name],
        title: title('models.pull', { name }),
        preview: `docker model pull ${name}`,
        async run({ signal, onOutput }) {
          await models.pull(name, { signal, onProgress: (line) => onOutput(`${line}\n`) });
          return ownWords(`${name} is here.`);
        },
      }),
    }),
    defineTool({
      name: 'unload_model',
      group: 'models',
      description: 'Takes a model out of memory; it stays on disk.',
      args: z.object({ model }),
      plan: ({ model: name }) => ({
        assessment: assess('R3', 'writes'),
        targets: [name],
        title: title('models.unload', { name }),
        preview: `docker model unload ${name}`,
        async run({ signal }) {
          await models.unload(name, { signal });
          return ownWords(`${name} is no longer in memory.`);
        },
      }),
    }),
    defineTool({
      name: 'remove_model',
      group: 'models',
      description: 'Removes a model from disk.',
      args: z.object({ model }),
      plan: ({ model: name }) => ({
        assessment: assess('R5', 'deletes'),
        targets: [name],
        title: title('models.remove', { name }),
        preview: `docker model rm ${name}`,
        async run({ signal }) {
          await models.remove(name, { signal });
          return ownWords(`${name} was removed.`);
        },
      }),
    }),
    defineTool({
      name: 'run_model',
      group: 'models',
      description: 'Asks a model on this machine one question.',
      args: z.object({ model, prompt: z.string().min(1).max(50_000) }),
      timeoutMs: 300_000,
      plan: ({ model: name, prompt }) => ({
        // It takes memory and time of this machine.
        assessment: assess('R3', 'writes'),
        targets: [name],
        words: [name],
        title: title('models.ask', { name }),
        preview: prompt,
        run: async ({ signal }) => untrusted(await models.ask(name, prompt, { signal })),
      }),
    }),
  ];
}
