import type { Command } from 'commander';
import type { CliContext } from '../../context.ts';
import type { Translate } from '../../messages/translate.ts';
import { createOptionValues } from '../../option-values.ts';
import { jsonText } from '../../output/json.ts';
import { printable } from '../../output/printable.ts';
import { choice } from '../../program/choice.ts';
import { usageError } from '../../usage-error.ts';

const formats = ['human', 'json', 'yaml'] as const;

/** In which form a command prints its result: `--format`, as Docker spells it, or `--json`, as all our commands do. */
export interface FormatOptions {
  readonly format?: (typeof formats)[number] | 'list';
  readonly json?: boolean;
}

/** Every command with a result takes both. Docker calls the human form `list` in some places. */
export function formatOptions(command: Command, t: Translate, others: readonly 'list'[] = []): Command {
  return command
    .addOption(
      choice('--format <FORMAT>', t('help.mcp.format'), {
        values: [...formats, ...others],
        parsers: createOptionValues(t),
      }),
    )
    .option('--json', t('help.jsonOption'));
}

/** Prints a result: `value` for programs, `human` for people. */
export async function printResult(
  context: CliContext,
  options: FormatOptions,
  { value, human }: { value: unknown; human: () => string },
): Promise<number> {
  const format = formatOf(options, context);
  if (format === 'human') context.print(human());
  // Two spaces, as `docker mcp` prints it.
  else if (format === 'json') context.print(jsonText(value, { indent: 2 }));
  else {
    const { stringify } = await import('../../output/yaml.ts');
    context.print(printable(stringify(value)));
  }
  return 0;
}

/** Prints what an expression of `--yq` picks out of a value: texts as they are, all else as YAML unless JSON is asked for. */
export async function printPicked(
  context: CliContext,
  { expression, format }: { readonly expression: string; readonly format: 'json' | 'yaml' },
  value: unknown,
): Promise<number> {
  const { evaluate, parseExpression } = await import('../../yq/yq.ts');
  // As a program would read it: without what is not there.
  const document = JSON.parse(JSON.stringify(value)) as Parameters<typeof evaluate>[1];
  const { stringify } = await import('../../output/yaml.ts');
  for (const one of evaluate(parseExpression(expression), document)) {
    if (format === 'json') context.print(jsonText(one, { indent: 2 }));
    else context.print(printable(typeof one === 'string' ? `${one}\n` : stringify(one)));
  }
  return 0;
}

export function formatOf({ format, json = false }: FormatOptions, { t }: CliContext): 'human' | 'json' | 'yaml' {
  if (json && format !== undefined && format !== 'json') throw usageError(t('mcp.twoFormats'));
  if (json) return 'json';
  return format === undefined || format === 'list' ? 'human' : format;
}
