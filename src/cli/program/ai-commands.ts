import { addDiagnosisCommands } from './diagnosis-commands.ts';
import { addDockerfileCommands } from './dockerfile-commands.ts';
import { addImageCommands } from './image-commands.ts';
import { define, type Program } from './define.ts';

/** `gantry ai`: help with Dockerfiles, containers and images. */
export function addAiCommands(program: Program): void {
  const { t } = program.context;
  const group = define(program, {
    usage: 'ai',
    summary: t('help.ai'),
    examples: ['ai rate', 'ai why db', 'ai run postgres:17', 'ai scan web:1', 'ai doctor'],
  });
  addDockerfileCommands({ ...program, command: group });
  addDiagnosisCommands(program, { ...program, command: group });
  addImageCommands({ ...program, command: group });
}
