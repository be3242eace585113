import { forEachChild, parse, type Command, type Redirect, type SyntaxNode, type Word } from 'unbash';
import type { RiskReason } from './risk.ts';

/** One program with its arguments. A word is undefined where only the shell knows what it becomes. */
export interface SimpleCommand {
  readonly words: readonly (string | undefined)[];
}

export interface ShellScript {
  /** Every simple command anywhere in it, those of substitutions and bodies too. */
  readonly commands: readonly SimpleCommand[];
  /** What keeps it from being a plain list of commands, joined by `;`, `&&`, `||` or `|`. A rule speaks only of plain lists. */
  readonly composition: readonly RiskReason[];
}

const maxLength = 10_000;

/** Reads a script as bash does (contract assistant §1.6: parsed, never matched by its prefix). */
export function parseShell(text: string): ShellScript {
  if (text.length > maxLength) return { commands: [], composition: ['too-long'] };
  // What a terminal would not show as it is read has no place in a command that somebody approves.
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000b-\u001f\u007f]|\p{Cf}/u.test(text)) return { commands: [], composition: ['not-parsed'] };
  const script = parse(text);
  const commands: SimpleCommand[] = [];
  const composition = new Set<RiskReason>();
  if (script.errors && script.errors.length > 0) composition.add('not-parsed');
  const visit = (node: SyntaxNode): void => {
    const reason = reasonFor(node);
    if (reason !== undefined) composition.add(reason);
    if (node.type === 'Command') commands.push(simple(node));
    forEachChild(node, visit);
  };
  visit(script);
  if (commands.length === 0) composition.add('not-parsed');
  return { commands, composition: [...composition] };
}

function reasonFor(node: SyntaxNode): RiskReason | undefined {
  switch (node.type) {
    case 'Script':
    case 'AndOr':
    case 'Pipeline':
    case 'Command':
    case 'Word':
    case 'Literal':
    case 'Glob':
    case 'SingleQuoted':
    case 'DoubleQuoted':
    case 'AnsiCQuoted':
    case 'FileDescriptor':
      return undefined;
    case 'Statement':
      return node.background ? 'background' : undefined;
    case 'Redirect':
      return isHarmlessRedirect(node) ? undefined : 'redirect';
    case 'HereDoc':
    case 'HereDocDelimiter':
    case 'HereDocBody':
    case 'HereString':
      return 'here-document';
    case 'Assignment':
    case 'ArrayValue':
      return 'environment';
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
    case 'ProcessSubstitution':
    case 'BraceExpansion':
    case 'ExtendedGlob':
    case 'LocaleString':
      return 'substitution';
    default:
      return 'control-flow';
  }
}

/** Output to nowhere, and one stream into the other. */
function isHarmlessRedirect({ operator, target }: Redirect): boolean {
  const name = target && staticWord(target);
  if (operator === '>&' && (name === '1' || name === '2')) return true;
  return name === '/dev/null' && ['>', '>>', '&>', '&>>', '<'].includes(operator);
}

function simple(command: Command): SimpleCommand {
  const words = command.suffix.filter((part): part is Word => part.type === 'Word');
  return { words: [...(command.name ? [command.name] : []), ...words].map(staticWord) };
}

function staticWord({ value, parts }: Word): string | undefined {
  const isStatic = (parts ?? []).every(
    (part) =>
      ['Literal', 'SingleQuoted', 'AnsiCQuoted', 'Glob'].includes(part.type) ||
      (part.type === 'DoubleQuoted' && part.parts.every(({ type }) => type === 'Literal')),
  );
  return isStatic ? value : undefined;
}
