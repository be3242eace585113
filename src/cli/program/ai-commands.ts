import type { McpServerOptions } from '../commands/ai/mcpserver.ts';
import { addDiagnosisCommands } from './diagnosis-commands.ts';
import { addDockerfileCommands } from './dockerfile-commands.ts';
import { addImageCommands } from './image-commands.ts';
import { act, define, type Program } from './define.ts';

/** `gantry ai`: help with Dockerfiles, containers and images. */
export function addAiCommands(program: Program): void {
  const { t } = program.context;
  const group = define(program, {
    usage: 'ai',
    summary: t('help.ai'),
    examples: [
      'ai',
      'ai --session -1',
      'ai "why did my container crash?"',
      'ai rate',
      'ai why db',
      'ai run postgres:17',
      'ai scan web:1',
      'ai doctor',
    ],
  })
    .option('-C, --working-dir <DIR>', t('help.ai.directory'))
    .option('--session <ID>', t('help.ai.session'));
  act<[], { workingDir?: string; session?: string }>(program, group, async (_none, options) =>
    (await import('../commands/ai/assistant.ts')).assistant(program.context, options),
  );
  addDockerfileCommands({ ...program, command: group });
  addDiagnosisCommands(program, { ...program, command: group });
  addImageCommands({ ...program, command: group });
  addAsk({ ...program, command: group });
  addMcpServer({ ...program, command: group });
}

function addAsk(program: Program): void {
  const { context } = program;
  const { t } = context;
  const command = define(program, {
    usage: 'ask',
    summary: t('help.ai.ask'),
    examples: ['ai "why did my container crash?"', 'ai rate my Dockerfile', 'ai "你能做什么？"'],
  })
    .argument('[QUESTION...]', t('help.ai.question'))
    .option('--json', t('help.jsonOption'));
  act<[string[]], { json?: boolean }>(program, command, async ([words], options) =>
    (await import('../commands/ai/ask.ts')).ask(context, words, options),
  );
}

function addMcpServer(program: Program): void {
  const { context } = program;
  const { t } = context;
  const command = define(program, {
    usage: 'mcpserver',
    summary: t('help.ai.mcpserver'),
    examples: ['ai mcpserver', 'ai mcpserver --read-only', 'ai mcpserver -C ~/project'],
  })
    .option('--read-only', t('help.ai.mcpserver.readOnly'))
    .option('-C, --working-dir <DIR>', t('help.ai.mcpserver.workingDir'));
  act<[], McpServerOptions>(program, command, async (_arguments, options) =>
    (await import('../commands/ai/mcpserver.ts')).mcpServer(context, options),
  );
}
