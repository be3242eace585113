import type { DoctorOptions } from '../commands/ai/doctor.ts';
import type { WhyOptions } from '../commands/ai/why.ts';
import { act, define, type Program } from './define.ts';

/** `gantry ai why`, and `doctor`, which is a command of its own and of the group. */
export function addDiagnosisCommands(program: Program, group: Program): void {
  const { context } = program;
  const { t } = context;
  const why = define(group, {
    usage: 'why',
    summary: t('help.why'),
    examples: ['ai why', 'ai why db', 'ai why db --json', 'ai why - < output.txt'],
  })
    .argument('[CONTAINER]', t('help.why.container'))
    .option('--all', t('help.why.all'))
    .option('--json', t('help.jsonOption'));
  act<[string | undefined], WhyOptions>(group, why, async ([name], options) =>
    (await import('../commands/ai/why.ts')).why(context, name, options),
  );
  for (const place of [program, group]) {
    const doctor = define(place, {
      usage: 'doctor',
      summary: t('help.doctor'),
      examples: place === program ? ['doctor', 'doctor --json'] : ['ai doctor'],
    }).option('--json', t('help.jsonOption'));
    act<[], DoctorOptions>(place, doctor, async (_none, options) =>
      (await import('../commands/ai/doctor.ts')).doctor(context, options),
    );
  }
}
