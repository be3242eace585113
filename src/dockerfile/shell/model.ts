import type { Span } from '../source/model.ts';

export interface Expansion extends Span {
  readonly text: string;
  /** The variable, or undefined for the output of a command. */
  readonly name: string | undefined;
  readonly isQuoted: boolean;
  /** A default or alternative stands in it: `${x:-y}`. */
  readonly hasDefault: boolean;
}

export interface ShellWord extends Span {
  /** As written. */
  readonly text: string;
  /** Quotes removed, expansions as written. */
  readonly value: string;
  readonly expansions: readonly Expansion[];
}

export interface Redirection {
  readonly operator: string;
  readonly target: string;
}

export interface Assignment extends Span {
  readonly name: string;
  readonly value: string;
}

/** A simple command; wrappers such as sudo and env are told apart from what they run. */
export interface ShellCommand extends Span {
  /** Without its folder; empty when it is not known before it runs. */
  readonly name: string;
  readonly path: string;
  readonly nameAt: Span;
  readonly wrappers: readonly ShellWord[];
  readonly words: readonly ShellWord[];
  readonly assignments: readonly Assignment[];
  readonly redirections: readonly Redirection[];
  readonly pipeline: number;
  /** Its place in the pipeline, from 0. */
  readonly place: number;
  /** Which top-level statement of the script it belongs to. */
  readonly statement: number;
  /** How it follows what stands before it in the same list. */
  readonly after: 'start' | '&&' | '||' | ';' | '|';
  /** Inside of `$(…)`, a subshell, a condition or a loop. */
  readonly depth: number;
}

export interface ShellPipeline extends Span {
  readonly id: number;
  readonly length: number;
}

export interface ShellScript extends Span {
  readonly commands: readonly ShellCommand[];
  readonly pipelines: readonly ShellPipeline[];
  /** Names of the constructs that only bash and its like know. */
  readonly bashOnly: readonly (Span & { readonly what: string })[];
  /** `a && b || c`. */
  readonly andOr: readonly Span[];
  readonly errors: readonly (Span & { readonly message: string })[];
  readonly statements: number;
}
