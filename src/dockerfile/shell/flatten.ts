import {
  parse,
  type Command,
  type ParsedScript,
  type PipelineNode,
  type Statement,
  type SyntaxNode,
  type WordPart,
} from 'unbash';
import { bashFeature } from './bash-only.ts';
import type { ShellCommand, ShellPipeline, ShellScript } from './model.ts';
import { readWord } from './read-words.ts';
import { readCommand } from './read-command.ts';
import type { Span } from '../source/model.ts';

/** Substitutions in substitutions are followed this far. */
const maxDepth = 16;
const maxCommands = 5_000;

interface Frame {
  readonly base: number;
  readonly depth: number;
  readonly statement: number;
  readonly after: ShellCommand['after'];
}

interface Found {
  commands: ShellCommand[];
  pipelines: ShellPipeline[];
  bashOnly: (Span & { what: string })[];
  andOr: Span[];
  errors: (Span & { message: string })[];
}

/** Turns the tree of a script into the list of its simple commands, each knowing where it stood. */
export function flatten(script: ParsedScript, { base, length }: { base: number; length: number }): ShellScript {
  const found: Found = { commands: [], pipelines: [], bashOnly: [], andOr: [], errors: [] };
  walkScript(script, { base, depth: 0, statement: 0, after: 'start' }, found);
  return { start: base, end: base + length, ...found, statements: script.commands.length };
}

function walkScript(script: ParsedScript, frame: Frame, found: Found): void {
  for (const error of script.errors ?? []) {
    const at = frame.base + error.pos;
    found.errors.push({ start: at, end: at, message: error.message });
  }
  walkStatements(script.commands, frame, found);
}

function walkStatements(statements: readonly Statement[], frame: Frame, found: Found): void {
  let after: Frame['after'] = frame.after;
  for (const [index, { command }] of statements.entries()) {
    const statement = frame.depth === 0 ? index : frame.statement;
    walk(command, { ...frame, statement, after }, found);
    after = ';';
  }
}

function walk(node: PipelineNode | Statement['command'], frame: Frame, found: Found): void {
  if (frame.depth > maxDepth || found.commands.length > maxCommands) return;
  if (node.type === 'AndOr') {
    if (node.operators.includes('&&') && node.operators.lastIndexOf('||') > node.operators.indexOf('&&')) {
      found.andOr.push({ start: frame.base + node.pos, end: frame.base + node.end });
    }
    for (const [index, one] of node.commands.entries()) {
      walk(one, { ...frame, after: index === 0 ? frame.after : (node.operators[index - 1] ?? ';') }, found);
    }
    return;
  }
  const isPipeline = node.type === 'Pipeline';
  const members = isPipeline ? node.commands : [node];
  if (isPipeline && node.operators.includes('|&')) note(node, '|&', { frame, found });
  const pipeline = found.pipelines.length;
  found.pipelines.push({
    id: pipeline,
    length: members.length,
    start: frame.base + node.pos,
    end: frame.base + node.end,
  });
  for (const [place, member] of members.entries()) {
    const inner = { ...frame, after: place === 0 ? frame.after : ('|' as const) };
    if (member.type === 'Command') walkCommand(member, { frame: inner, pipeline, place }, found);
    else walkCompound(member, inner, found);
  }
}

function note(
  node: Span | { pos: number; end: number },
  what: string,
  { frame, found }: { frame: Frame; found: Found },
) {
  const start = 'pos' in node ? node.pos : node.start;
  found.bashOnly.push({ start: frame.base + start, end: frame.base + node.end, what });
}

function walkCompound(node: SyntaxNode, frame: Frame, found: Found): void {
  const inner: Frame = { ...frame, depth: frame.depth + 1, after: 'start' };
  if (inner.depth > maxDepth) return;
  const feature = bashFeature(node);
  if (feature !== undefined) note(node, feature, { frame, found });
  switch (node.type) {
    case 'Redirected':
      walkCompound(node.command, frame, found);
      return;
    case 'If':
      for (const part of [node.clause, node.then, ...node.elif.flatMap((one) => [one.clause, one.then])]) {
        walkStatements(part.commands, inner, found);
      }
      if (node.else) walkStatements(node.else.commands, inner, found);
      return;
    case 'While':
      walkStatements(node.clause.commands, inner, found);
      walkStatements(node.body.commands, inner, found);
      return;
    case 'For':
    case 'Select':
      for (const word of node.wordlist ?? []) walkWord(word, inner, found);
      walkStatements(node.body.commands, inner, found);
      return;
    case 'ArithmeticFor':
    case 'Subshell':
      walkStatements(node.body.commands, inner, found);
      return;
    case 'BraceGroup':
      walkStatements(node.body.commands, { ...inner, after: frame.after }, found);
      return;
    case 'Function':
    case 'Coproc':
      if (node.body.type === 'CompoundList') walkStatements(node.body.commands, inner, found);
      else if (node.body.type !== 'Command') walkCompound(node.body, inner, found);
      return;
    case 'Case':
      for (const item of node.items) walkStatements(item.body.commands, inner, found);
      return;
    default:
  }
}

type At = { readonly frame: Frame; readonly pipeline: number; readonly place: number };

function walkCommand(command: Command, { frame, pipeline, place }: At, found: Found): void {
  for (const part of [...command.prefix, ...command.suffix]) {
    const feature = bashFeature(part);
    if (feature !== undefined) note(part, feature, { frame, found });
    if (part.type === 'Word') walkWord(part, frame, found);
    else if (part.type === 'Assignment' && part.value.type === 'Word') walkWord(part.value, frame, found);
  }
  const read = readCommand(command, frame.base);
  if (!read) return;
  found.commands.push({
    ...read.command,
    pipeline,
    place,
    statement: frame.statement,
    after: frame.after,
    depth: frame.depth,
  });
  const feature = read.command.name === 'source' ? 'source' : undefined;
  if (feature !== undefined) note(command, feature, { frame, found });
  // `sh -c '…'`: what the quotes hold is a script of its own, and its characters stand in the file as they are.
  if (read.inner !== undefined && frame.depth < 4) {
    const knowsBash = /^(?:bash|zsh|ksh)$/.test(read.command.name);
    walkScript(
      parse(read.inner.text),
      { base: read.inner.start, depth: frame.depth + 1, statement: frame.statement, after: 'start' },
      knowsBash ? { ...found, bashOnly: [] } : found,
    );
  }
}

function walkWord(word: Parameters<typeof readWord>[0], frame: Frame, found: Found): void {
  if (frame.depth >= maxDepth) return;
  const parts: WordPart[] = (word.parts ?? []).flatMap((part): readonly WordPart[] =>
    part.type === 'DoubleQuoted' ? part.parts : [part],
  );
  for (const part of parts) {
    const feature = bashFeature(part);
    if (feature !== undefined) note(part, feature, { frame, found });
    if ((part.type === 'CommandExpansion' || part.type === 'ProcessSubstitution') && part.script) {
      // A script inside escaped backticks counts its characters from its own start.
      if (part.script.source !== undefined) continue;
      walkScript(part.script, { ...frame, depth: frame.depth + 1, after: 'start' }, found);
    }
  }
}
