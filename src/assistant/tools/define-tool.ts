import { z } from 'zod';
import { AppError } from '#core';
import { withoutControls } from '../loop/fence.ts';
import type { AssistantTool, JsonRecord, PreparedCall, ToolOutput } from '../loop/types.ts';
import { isAtLeast, type Assessment } from '../permissions/risk.ts';

export type { JsonRecord, ToolOutput } from '../loop/types.ts';
export { assess, combine, type Assessment } from '../permissions/risk.ts';
export { withoutControls } from '../loop/fence.ts';

/** Where a person finds a tool when switching tools on and off. */
export type ToolGroup =
  | 'containers'
  | 'images'
  | 'volumes'
  | 'networks'
  | 'compose'
  | 'engine'
  | 'files'
  | 'shell'
  | 'analysis'
  | 'docs'
  | 'web'
  | 'models'
  | 'mcp'
  | 'project-mcp';

export interface GroupedTool extends AssistantTool {
  readonly group: ToolGroup;
  /** Whether no call of it ever changes anything. */
  readonly readsOnly: boolean;
}

/** What a call would do, before it is done. */
export interface Plan {
  readonly assessment: Assessment;
  /** What rules call it, where that is not the tool's own name: `mcp:github`. */
  readonly ruleName?: string | undefined;
  /** Names of objects, or paths below the working directory. */
  readonly targets: readonly string[];
  /** Of a shell: its script. */
  readonly script?: string | undefined;
  /** All that decides what happens; the texts of the arguments where nothing else is said. */
  readonly words?: readonly string[] | undefined;
  readonly alwaysAsk?: boolean | undefined;
  readonly title: string;
  readonly preview?: string | undefined;
  run(options: Parameters<PreparedCall['run']>[0]): Promise<ToolOutput>;
}

export interface ToolDefinition<Shape extends z.ZodObject> {
  readonly name: string;
  readonly group: ToolGroup;
  readonly description: string;
  readonly args: Shape;
  readonly timeoutMs?: number | undefined;
  readonly readsOnly?: boolean | undefined;
  plan(args: z.output<Shape>, options: { readonly signal: AbortSignal }): Plan | Promise<Plan>;
}

const usualTimeoutMs = 60_000;
const longestTitle = 200;
const longestPreview = 100_000;

/** A tool from what its arguments are and what a call of it would do. */
export function defineTool<Shape extends z.ZodObject>(definition: ToolDefinition<Shape>): GroupedTool {
  const { name, group, description, args: shape, timeoutMs = usualTimeoutMs, readsOnly = false } = definition;
  return {
    group,
    readsOnly,
    timeoutMs,
    spec: { name, description, parameters: parametersOf(shape) },
    async prepare(given, options) {
      const args = shape.safeParse(given);
      if (!args.success) throw notArguments(name, args.error);
      const plan = await definition.plan(args.data, options);
      const { assessment, targets, script, title, preview } = plan;
      return {
        action: {
          tool: plan.ruleName ?? name,
          ...(script !== undefined && { script }),
          targets,
          assessment,
          words: wordsOf(plan, given, name),
          ...(plan.alwaysAsk === true && { alwaysAsk: true }),
        },
        title: oneLine(title, longestTitle),
        preview: preview === undefined ? undefined : cut(withoutControls(preview), longestPreview),
        isReadOnly: !isAtLeast(assessment.risk, 'R3'),
        run: (runOptions) => plan.run(runOptions),
      };
    },
  };
}

/** A call without arguments is decided by the tool's name alone: a text that asks for it has it in it. */
function wordsOf({ words }: Plan, given: JsonRecord, name: string): readonly string[] {
  if (words !== undefined) return words;
  const texts = textsOf(given);
  return texts.length === 0 ? [name] : texts;
}

function parametersOf(shape: z.ZodObject): JsonRecord {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'input' });
  // Plain JSON by construction.
  return schema as JsonRecord;
}

function notArguments(tool: string, error: z.ZodError): AppError {
  const reason = error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.map(String).join('.') || 'arguments'}: ${message}`)
    .join('; ')
    .slice(0, 500);
  return new AppError('request.invalid', `The arguments of ${tool} are not right: ${reason}.`, {
    params: { reason: 'arguments', tool, detail: reason },
  });
}

const maxDepth = 8;

/** Every text and number anywhere in a value, its keys too. */
export function textsOf(value: unknown, depth = 0): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (typeof value !== 'object' || value === null || depth > maxDepth) return [];
  if (Array.isArray(value)) return value.flatMap((one) => textsOf(one, depth + 1));
  return Object.entries(value).flatMap(([key, one]) =>
    // Names of our own arguments say nothing; those deeper were chosen by the caller.
    depth === 0 ? textsOf(one, depth + 1) : [key, ...textsOf(one, depth + 1)],
  );
}

/** One line that a terminal only shows. */
export function oneLine(text: string, maxLength = 200): string {
  return cut(
    withoutControls(text)
      .replaceAll(/\s*\n\s*/g, ' ')
      .trim(),
    maxLength,
  );
}

export function cut(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}

/** What others wrote. */
export function untrusted(text: string): ToolOutput {
  return { text, untrusted: true };
}

/** What we say ourselves. */
export function ownWords(text: string): ToolOutput {
  return { text, untrusted: false };
}

export function failure(text: string): ToolOutput {
  return { text, untrusted: true, isError: true };
}

/** Rows as lines with two spaces between columns; says how many were left out. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { maxRows = 200, maxCell = 120 }: { readonly maxRows?: number; readonly maxCell?: number } = {},
): string {
  if (rows.length === 0) return '(none)';
  const shown = rows.slice(0, maxRows).map((row) => row.map((cell) => oneLine(cell, maxCell) || '-'));
  const widths = head.map((title, column) => Math.max(title.length, ...shown.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const more = rows.length - shown.length;
  return [line(head), ...shown.map(line), ...(more > 0 ? [`(${more} more are not shown)`] : [])].join('\n');
}
