import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { errorCodeOf, type Env } from '#core';
import { createPathRisk } from '../../permissions/path-risk.ts';
import { shellRisk } from '../../permissions/shell-risk.ts';
import { defineTool, withoutControls, type GroupedTool } from '../define-tool.ts';
import type { Title } from '../titles.ts';
import { programEnv } from './program-env.ts';
import type { RunProcess } from './run-process.ts';

export interface ShellToolDeps {
  /** Links followed. */
  readonly root: string;
  readonly env: Env;
  readonly runProcess: RunProcess;
  readonly title: Title;
}

const maxOutput = 200_000;
const timeoutMs = 120_000;

/** Any command, in the working directory. What it may do is read from the command itself, never from its first words. */
export function shellTool({ root, env, runProcess, title }: ShellToolDeps): GroupedTool {
  const pathRisk = createPathRisk({ root, followLinks });
  return defineTool({
    name: 'shell',
    group: 'shell',
    description:
      'Runs a command in bash in the working directory, without secrets in its environment. Use another tool where there is one.',
    args: z.object({ command: z.string().min(1).max(10_000) }),
    timeoutMs,
    plan: ({ command }) => ({
      assessment: shellRisk(command, pathRisk),
      targets: [],
      script: command,
      title: title('shell', { script: command }),
      preview: command,
      async run({ signal, onOutput }) {
        const { code, signalName, output } = await runProcess('bash', {
          args: ['--noprofile', '--norc', '-c', command],
          cwd: root,
          env: programEnv(env, root),
          signal,
          onOutput: (text) => onOutput(withoutControls(text)),
          maxOutput,
        });
        const text = withoutControls(output).trimEnd();
        if (code === 0) return { text: text || '(It wrote nothing.)', untrusted: true };
        const end = code === undefined ? `It was ended by ${signalName ?? 'a signal'}.` : `It ended with code ${code}.`;
        return { text: text === '' ? end : `${text}\n${end}`, untrusted: true, isError: true };
      },
    }),
  });
}

/** Where a path leads, as far as it exists. */
function followLinks(path: string): string | undefined {
  for (let [existing, rest] = [path, '']; ;) {
    try {
      return join(realpathSync(existing), rest);
    } catch (error) {
      if (errorCodeOf(error) !== 'ENOENT' || existing === dirname(existing)) return undefined;
      // A link to what is not there yet: writing would make it, wherever that is.
      if (lstatSync(existing, { throwIfNoEntry: false })) return undefined;
      rest = join(basename(existing), rest);
      existing = dirname(existing);
    }
  }
}
