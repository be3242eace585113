import { Option } from 'commander';
import { isAssistantEnabled } from '../client/assistant/is-enabled.ts';
import type { AskOptions } from '../commands/ai/ask.ts';
import { addAssistantCommands } from './assistant-commands.ts';
import type { McpServerOptions } from '../commands/ai/mcpserver.ts';
import { addDiagnosisCommands } from './diagnosis-commands.ts';
import { addDockerfileCommands } from './dockerfile-commands.ts';
import { addImageCommands } from './image-commands.ts';
import { act, define, type Program } from './define.ts';

/** `gantry ai`: help with Dockerfiles, containers and images. */
export function addAiCommands(program: Program): void {
  const { t, paths } = program.context;
  const isOn = isAssistantEnabled(paths);
  const group = define(program, {
    usage: 'ai',
    summary: t('help.ai'),
    examples: [
      ...(isOn ? ['ai', 'ai --session -1'] : []),
      'ai "why did my container crash?"',
      'ai rate',
      'ai why db',
      'ai run postgres:17',
      'ai scan web:1',
      'ai doctor',
    ],
  })
    .addOption(new Option('-C, --working-dir <DIR>', t('help.ai.directory')).hideHelp(!isOn))
    .addOption(new Option('--session <ID>', t('help.ai.session')).hideHelp(!isOn));
  act<[], { workingDir?: string; session?: string }>(program, group, async (_none, options) =>
    (await import('../commands/ai/assistant.ts')).assistant(program.context, options),
  );
  addDockerfileCommands({ ...program, command: group });
  addDiagnosisCommands(program, { ...program, command: group });
  addImageCommands({ ...program, command: group });
  addAsk({ ...program, command: group }, { isOn });
  addMcpServer({ ...program, command: group }, { isOn });
  addAssistantCommands({ ...program, command: group }, { isOn });
}

function addAsk(program: Program, { isOn }: { readonly isOn: boolean }): void {
  const { context } = program;
  const { t } = context;
  const command = define(program, {
    usage: 'ask',
    summary: t('help.ai.ask'),
    examples: ['ai "why did my container crash?"', 'ai rate my Dockerfile', 'ai "你能做什么？"'],
  })
    .argument('[QUESTION...]', t('help.ai.question'))
    .option('--json', t('help.jsonOption'))
    .addOption(new Option('--events', t('help.ai.ask.events')).hideHelp(!isOn))
    .addOption(new Option('-C, --working-dir <DIR>', t('help.ai.directory')).hideHelp(!isOn))
    .addOption(new Option('--model <MODEL>', t('help.ai.ask.model')).hideHelp(!isOn))
    .addOption(new Option('--session <ID>', t('help.ai.session')).hideHelp(!isOn))
    .addOption(new Option('--plan', t('help.ai.ask.plan')).hideHelp(!isOn))
    .addOption(new Option('--yes-to <PLAN>', t('help.ai.ask.yesTo')).hideHelp(!isOn));
  act<[string[]], AskOptions>(program, command, async ([words], options) =>
    (await import('../commands/ai/ask.ts')).ask(context, words, options),
  );
}

function addMcpServer(program: Program, { isOn }: { readonly isOn: boolean }): void {
  const { context } = program;
  const { t } = context;
  const command = define(program, {
    usage: 'mcpserver',
    summary: t('help.ai.mcpserver'),
    examples: ['ai mcpserver', 'ai mcpserver --read-only', 'ai mcpserver -C ~/project'],
    hidden: !isOn,
  })
    .option('--read-only', t('help.ai.mcpserver.readOnly'))
    .option('-C, --working-dir <DIR>', t('help.ai.mcpserver.workingDir'));
  act<[], McpServerOptions>(program, command, async (_arguments, options) =>
    (await import('../commands/ai/mcpserver.ts')).mcpServer(context, options),
  );
}
