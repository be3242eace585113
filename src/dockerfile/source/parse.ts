import { DockerfileParser, type Instruction as Parsed } from 'dockerfile-ast';
import { AppError } from '#core';
import { blankContinuations } from './blank.ts';
import { createLines, type Lines } from './lines.ts';
import type { Comment, Dockerfile, Flag, Heredoc, Instruction, Property, Span, Word } from './model.ts';

/** Dockerfiles are a few kilobytes; what is larger than this is no Dockerfile. */
export const maxSourceBytes = 262_144;
const maxInstructions = 2_000;

interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

interface Reading {
  readonly source: string;
  readonly escape: string;
  readonly lines: Lines;
}

/** Reads a Dockerfile of any quality: what it does not know stays in the model as it was written. */
export function parseDockerfile(source: string): Dockerfile {
  if (source.length > maxSourceBytes) {
    throw new AppError('request.too_large', `The Dockerfile is larger than ${maxSourceBytes} characters.`, {
      params: { limit: maxSourceBytes },
    });
  }
  const lines = createLines(source);
  const ast = DockerfileParser.parse(source);
  const parsed = ast.getInstructions();
  if (parsed.length > maxInstructions) {
    throw new AppError('request.too_large', `The Dockerfile has more than ${maxInstructions} instructions.`, {
      params: { limit: maxInstructions },
    });
  }
  const reading = { source, escape: ast.getEscapeCharacter(), lines };
  const directives = ast.getDirectives().map((directive) => ({
    name: directive.getName().toLowerCase(),
    value: directive.getValue(),
    line: directive.getRange().start.line + 1,
  }));
  return {
    source,
    escape: reading.escape,
    directives: directives.filter(({ name }) => knownDirectives.has(name)),
    comments: [
      // `# hadolint ignore=…` in the first line is a comment to Docker, whose directives are single words.
      ...directives.filter(({ name }) => !knownDirectives.has(name)).map(({ line }) => lineComment(line, reading)),
      ...ast.getComments().map((comment) => lineComment(comment.getRange().start.line + 1, reading)),
    ],
    instructions: parsed.map((one) => readInstruction(one, reading)),
    lineAt: (offset) => lines.lineAt(offset),
    startOfLine: (line) => lines.startOfLine(line),
  };
}

const hasProperties: ReadonlySet<string> = new Set(['ARG', 'ENV', 'LABEL']);
const knownDirectives: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);

function lineComment(line: number, { source, lines }: Reading): Comment {
  const from = lines.startOfLine(line);
  const whole = source.slice(from, lines.startOfLine(line + 1)).trimEnd();
  const start = from + (whole.length - whole.trimStart().length);
  return { start, end: from + whole.length, line, text: whole.trim().replace(/^#\s?/, '') };
}

function spanOf(range: Range, lines: Lines): Span {
  return { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end) };
}

function readInstruction(parsed: Parsed, reading: Reading): Instruction {
  const { source, escape, lines } = reading;
  const range = parsed.getRange();
  const span = spanOf(range, lines);
  const keywordSpan = spanOf(parsed.getInstructionRange(), lines);
  // The library reads the instruction anew for each question, so only what can have an answer is asked.
  const written = source.slice(span.start, span.end);
  const flags = written.includes('--') ? readFlags(parsed, lines) : [];
  const heredocs = written.includes('<<') ? readHeredocs(parsed, reading) : [];
  const lastFlag = flags.at(-1);
  const from = lastFlag ? lastFlag.end : keywordSpan.end;
  const firstBody = heredocs[0];
  const end = firstBody ? endOfLineBefore(source, firstBody.body.start) : span.end;
  const raw = source.slice(from, Math.max(from, end));
  const start = from + (raw.length - raw.trimStart().length);
  const argument = { start, end: Math.max(start, end) };
  const text = blankContinuations(source.slice(argument.start, argument.end), escape);
  const keyword = parsed.getKeyword();
  return {
    ...span,
    keyword,
    keywordAt: { ...keywordSpan, text: source.slice(keywordSpan.start, keywordSpan.end) },
    line: range.start.line + 1,
    endLine: range.end.line + 1,
    flags,
    words: keyword === 'RUN' ? [] : readWords(parsed, argument, lines),
    argument,
    text,
    json: readJson(text),
    heredocs,
    properties: hasProperties.has(keyword) ? readProperties(parsed, reading) : [],
    trigger: keyword === 'ONBUILD' ? readTrigger(parsed, reading) : undefined,
  };
}

function readFlags(parsed: Parsed, lines: Lines): Flag[] {
  if (!('getFlags' in parsed) || typeof parsed.getFlags !== 'function') return [];
  const flags: readonly { getName(): string; getValue(): string | null; getRange(): Range }[] = parsed.getFlags();
  return flags.map((flag) => ({
    ...spanOf(flag.getRange(), lines),
    name: flag.getName(),
    value: flag.getValue() ?? undefined,
  }));
}

function readHeredocs(parsed: object, { source, lines }: Reading): Heredoc[] {
  if (!('getHeredocs' in parsed) || typeof parsed.getHeredocs !== 'function') return [];
  const heredocs: readonly { getName(): string; getStartRange(): Range; getDelimiterRange(): Range | null }[] =
    parsed.getHeredocs();
  let from = 0;
  return heredocs.flatMap((heredoc) => {
    const operator = spanOf(heredoc.getStartRange(), lines);
    const start = Math.max(from, lines.startOfLine(lines.lineAt(operator.start) + 1));
    const delimiter = heredoc.getDelimiterRange();
    const end = delimiter ? lines.startOfLine(delimiter.start.line + 1) : source.length;
    if (end < start) return [];
    from = delimiter ? lines.startOfLine(delimiter.start.line + 2) : end;
    return [{ name: heredoc.getName(), body: { start, end } }];
  });
}

function endOfLineBefore(source: string, offset: number): number {
  let end = offset;
  while (end > 0 && (source[end - 1] === '\n' || source[end - 1] === '\r')) end -= 1;
  return end;
}

function readWords(parsed: Parsed, argument: Span, lines: Lines): Word[] {
  return parsed
    .getArguments()
    .map((one) => ({ ...spanOf(one.getRange(), lines), text: one.getValue() }))
    .filter((word) => word.start >= argument.start && word.start < argument.end);
}

/** BuildKit takes whatever is a JSON list of strings for the exec form, and everything else for a shell's line. */
function readJson(text: string): readonly string[] | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('[') || !trimmed.endsWith(']')) return undefined;
  try {
    const list: unknown = JSON.parse(trimmed);
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

function readProperties(parsed: Parsed, { lines }: Reading): Property[] {
  if (!('getProperties' in parsed) || typeof parsed.getProperties !== 'function') return [];
  const properties: readonly {
    getName(): string;
    getValue(): string | null;
    getAssignmentOperator(): string | null;
    getRange(): Range;
  }[] = parsed.getProperties();
  return properties.map((property) => {
    const value = property.getValue() ?? undefined;
    return {
      name: property.getName(),
      value,
      span: spanOf(property.getRange(), lines),
      isLegacy: value !== undefined && property.getAssignmentOperator() === null,
    };
  });
}

function readTrigger(parsed: Parsed, reading: Reading): Instruction | undefined {
  if (!('getTriggerInstruction' in parsed) || typeof parsed.getTriggerInstruction !== 'function') return undefined;
  const trigger: Parsed | null = parsed.getTriggerInstruction();
  return trigger ? readInstruction(trigger, reading) : undefined;
}
