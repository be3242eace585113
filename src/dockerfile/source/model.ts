/** Offsets into the text of the file, `start` included and `end` not. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Word extends Span {
  readonly text: string;
}

export interface Flag extends Span {
  readonly name: string;
  /** Undefined for a flag without `=`. */
  readonly value: string | undefined;
}

export interface Heredoc {
  readonly name: string;
  /** What stands between the operator's line and the delimiter. */
  readonly body: Span;
}

export interface Property {
  readonly name: string;
  /** Undefined for `ARG name`. */
  readonly value: string | undefined;
  readonly span: Span;
  /** `ENV name value`, without the equals sign. */
  readonly isLegacy: boolean;
}

export interface Instruction extends Span {
  /** In capitals. */
  readonly keyword: string;
  readonly keywordAt: Word;
  readonly line: number;
  readonly endLine: number;
  readonly flags: readonly Flag[];
  /** Arguments behind the flags, heredoc bodies left out; none for RUN, whose words are a shell's. */
  readonly words: readonly Word[];
  /** Behind the flags, heredoc bodies left out. */
  readonly argument: Span;
  /** The argument with comments and continuations made blank, character for character as long as it is in the file. */
  readonly text: string;
  /** The exec form's strings. */
  readonly json: readonly string[] | undefined;
  readonly heredocs: readonly Heredoc[];
  readonly properties: readonly Property[];
  /** What ONBUILD keeps for later. */
  readonly trigger: Instruction | undefined;
}

export interface Comment extends Span {
  readonly line: number;
  readonly text: string;
}

export interface Directive {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

export interface Dockerfile {
  readonly source: string;
  readonly escape: string;
  readonly directives: readonly Directive[];
  readonly comments: readonly Comment[];
  readonly instructions: readonly Instruction[];
  /** 1-based. */
  readonly lineAt: (offset: number) => number;
  /** Offset of the first character of a 1-based line; the length of the text for lines behind the last. */
  readonly startOfLine: (line: number) => number;
}

export function flagValue(instruction: Instruction, name: string): string | undefined {
  return instruction.flags.find((flag) => flag.name === name)?.value;
}

export function hasFlag(instruction: Instruction, name: string): boolean {
  return instruction.flags.some((flag) => flag.name === name);
}
