import type { Instruction, Span } from '../source/model.ts';
import type { ShellCommand, ShellScript } from '../shell/model.ts';
import { emptyScript, readShell } from '../shell/read-shell.ts';
import type { Stage } from './stages.ts';

export interface Mount {
  readonly type: string;
  readonly options: Readonly<Record<string, string>>;
}

/** A RUN with the commands it runs. */
export interface Run {
  readonly instruction: Instruction;
  readonly stage: Stage;
  /** What the shell gets. */
  readonly script: ShellScript;
  readonly commands: readonly ShellCommand[];
  readonly form: 'shell' | 'exec' | 'heredoc';
  readonly mounts: readonly Mount[];
  /** The shell it runs in; undefined for the exec form. */
  readonly shell: readonly string[] | undefined;
  /** The text that is the script, in the file. */
  readonly scriptAt: Span;
}

export const defaultShell: readonly string[] = ['/bin/sh', '-c'];

export function readMounts(instruction: Instruction): Mount[] {
  return instruction.flags
    .filter(({ name }) => name === 'mount')
    .map(({ value = '' }) => {
      const options: Record<string, string> = {};
      for (const part of value.replaceAll(/^["']|["']$/g, '').split(',')) {
        const equals = part.indexOf('=');
        options[(equals === -1 ? part : part.slice(0, equals)).toLowerCase()] =
          equals === -1 ? '' : part.slice(equals + 1);
      }
      return { type: options['type'] ?? 'bind', options };
    });
}

export function readRun(
  instruction: Instruction,
  stage: Stage,
  { shell, source }: { shell: readonly string[]; source: string },
): Run {
  const mounts = readMounts(instruction);
  const base = { instruction, stage, mounts };
  if (instruction.json) {
    const script = execScript(instruction);
    return {
      ...base,
      script,
      commands: script.commands,
      form: 'exec',
      shell: undefined,
      scriptAt: instruction.argument,
    };
  }
  const { form, interpreter, at } = scriptOf(instruction, source);
  const isPosix = isPosixShell(interpreter ?? shell) && stage.distribution !== 'windows';
  const text = form === 'heredoc' ? source.slice(at.start, at.end) : shellText(instruction, source);
  const script = isPosix ? readShell(text, at) : emptyScript;
  return { ...base, script, commands: script.commands, form, shell: interpreter ?? shell, scriptAt: at };
}

export function isPosixShell(shell: readonly string[]): boolean {
  const program = (shell[0] ?? '').replace(/\.exe$/i, '');
  return /(?:^|\/)(?:sh|bash|ash|dash|zsh|ksh|busybox|env)$/.test(program);
}

/** An inline script (`RUN <<EOF`) is a heredoc with nothing, or a shell, to read it. */
function scriptOf(
  instruction: Instruction,
  source: string,
): { form: 'shell' | 'heredoc'; interpreter: readonly string[] | undefined; at: Span } {
  const [first] = instruction.heredocs;
  const whole = { start: instruction.argument.start, end: instruction.end };
  const match = first ? /^<<-?["']?\w+["']?\s*(.*)$/s.exec(instruction.text.trim()) : null;
  if (!first || !match) return { form: 'shell', interpreter: undefined, at: whole };
  const reader = (match[1] ?? '').trim();
  const shebang = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(source.slice(first.body.start, first.body.start + 200));
  if (reader === '') {
    const program = shebang?.[1]?.endsWith('/env') ? shebang[2] : shebang?.[1];
    return {
      form: 'heredoc',
      interpreter: program === undefined ? undefined : [`/${program}`.replace('//', '/')],
      at: first.body,
    };
  }
  const words = reader.split(/\s+/);
  if (words.every((word, index) => (index === 0 ? /^(?:\/\S*\/)?\w+$/.test(word) : word.startsWith('-')))) {
    return {
      form: 'heredoc',
      interpreter: [`/${words[0] ?? ''}`.replace('//', '/'), ...words.slice(1)],
      at: first.body,
    };
  }
  return { form: 'shell', interpreter: undefined, at: whole };
}

function shellText(instruction: Instruction, source: string): string {
  if (instruction.heredocs.length === 0) return instruction.text;
  return instruction.text + source.slice(instruction.argument.end, instruction.end);
}

/** The exec form is one command whose words are given. */
function execScript(instruction: Instruction): ShellScript {
  const [program = '', ...rest] = instruction.json ?? [];
  const { start, end } = instruction.argument;
  const isShell = /(?:^|\/)(?:ba|da|a|z)?sh$/.test(program);
  const flag = rest.findIndex((word) => /^-[a-z]*c$/.test(word));
  const inner = isShell && flag !== -1 ? rest[flag + 1] : undefined;
  if (inner !== undefined) {
    // JSON escapes move the characters, so everything is said to stand where the list stands.
    const script = readShell(inner, { start });
    const place = <T extends Span>(one: T): T => ({ ...one, start, end });
    return {
      ...script,
      start,
      end,
      commands: script.commands.map(place),
      errors: [],
      bashOnly: [],
      andOr: script.andOr.map(place),
    };
  }
  const word = (value: string): ShellCommand['words'][number] => ({ start, end, text: value, value, expansions: [] });
  const command: ShellCommand = {
    start,
    end,
    name: program.slice(program.lastIndexOf('/') + 1),
    path: program,
    nameAt: { start, end },
    wrappers: [],
    words: rest.map(word),
    assignments: [],
    redirections: [],
    pipeline: 0,
    place: 0,
    statement: 0,
    after: 'start',
    depth: 0,
  };
  return {
    ...emptyScript,
    start,
    end,
    commands: program === '' ? [] : [command],
    pipelines: [{ id: 0, length: 1, start, end }],
    statements: 1,
  };
}
