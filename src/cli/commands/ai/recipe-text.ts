import picocolors from 'picocolors';
import type { Recipe, RecipeNote } from '#images';
import type { CliContext } from '../../context.ts';
import { colorsWanted } from '../../output/colors.ts';
import { printable, printableLine } from '../../output/printable.ts';

/** A recipe as a command, as a compose file, and what is around it. */
export async function recipeText(recipe: Recipe, context: CliContext): Promise<string> {
  const [{ composeText, runArgv }, { shellLine }] = await Promise.all([import('#images'), import('#diagnosis')]);
  const { t } = context;
  const paint = picocolors.createColors(colorsWanted(context.stdout, context.env));
  const command = (line: string): string => `  ${paint.cyan(`$ ${printableLine(line)}`)}`;
  const { secrets, notes, smoke, cleanUp, connect } = recipe;
  const lines = [
    paint.bold(t('recipe.title', { image: printableLine(recipe.image) })),
    ...notes.map((note) => `  ${note.id === 'platform' ? paint.yellow('!') : '·'} ${noteText(note, context)}`),
    '',
    t('recipe.command'),
    ...secrets.map((name) => command(`export ${name}="$(openssl rand -hex 16)"`)),
    command(shellLine({ argv: runArgv(recipe) })),
    '',
    t('recipe.compose'),
    ...composeText(recipe)
      .trimEnd()
      .split('\n')
      .map((line) => `  ${printable(line)}`),
    ...(secrets.length > 0
      ? [`  ${paint.dim(`# ${t('recipe.composeSecrets', { names: secrets.map((name) => `${name}=…`).join(' ') })}`)}`]
      : []),
    ...(connect === undefined ? [] : ['', `${t('recipe.connect')}: ${printableLine(connect)}`]),
    ...(smoke.length > 0 ? ['', t('recipe.check'), ...smoke.map((argv) => command(shellLine({ argv })))] : []),
    '',
    t('recipe.cleanUp'),
    ...cleanUp.map((argv) => command(shellLine({ argv }))),
  ];
  return `${lines.join('\n')}\n\n`;
}

function noteText(note: RecipeNote, { t }: CliContext): string {
  switch (note.id) {
    case 'platform':
      return t('recipe.note.platform', { image: printableLine(note.image), engine: printableLine(note.engine) });
    case 'port_moved':
      return t('recipe.note.portMoved', { wanted: note.wanted, host: note.host });
    case 'sysctl':
      return t('recipe.note.sysctl', { name: note.name, least: note.least });
    case 'no_server':
      return t('recipe.note.noServer', { command: printableLine(note.command) });
    case 'runs_as_root':
      return t('recipe.note.root');
    case 'data_kept':
      return t('recipe.note.dataKept', { volume: printableLine(note.volume) });
  }
}
