import type { SyntaxNode } from 'unbash';

/** The construct by its name when a POSIX shell does not have it. */
export function bashFeature(node: SyntaxNode): string | undefined {
  switch (node.type) {
    case 'TestCommand':
      return '[[ ]]';
    case 'ArithmeticCommand':
    case 'ArithmeticFor':
      return '(( ))';
    case 'Select':
      return 'select';
    case 'Coproc':
      return 'coproc';
    case 'ProcessSubstitution':
      return '<( )';
    case 'HereString':
      return '<<<';
    case 'AnsiCQuoted':
      return "$' '";
    case 'BraceExpansion':
      return '{a,b}';
    case 'Assignment':
      if (node.value.type === 'ArrayValue') return 'array';
      return node.append ? '+=' : undefined;
    case 'Redirect':
      return node.operator === '&>' || node.operator === '&>>' ? node.operator : undefined;
    case 'ParameterExpansion':
      if (node.index) return 'array';
      if (node.operation?.type === 'Replace') return '${x/a/b}';
      if (node.operation?.type === 'CaseModification') return '${x^}';
      return node.operation?.type === 'Slice' ? '${x:0:1}' : undefined;
    default:
      return undefined;
  }
}
