import { posix } from 'node:path';
import { AppError } from '#core';

export interface LaunchOrder {
  /** As the image or its user names it: `node`, `/app/run`. */
  readonly program: string;
  /** What the program sees as its arguments, its own name first. */
  readonly args: readonly string[];
  /** Variables beyond those that the container has. */
  readonly env: Readonly<Record<string, string>>;
  /** PATH of the container. */
  readonly path: string;
}

/** What a Linux process may get, less what the rest of its environment takes. */
const longestBytes = 1024 * 1024;
const longestText = 128 * 1024 - 1;
const mostTexts = 4096;

/** What the launcher reads first from its standard input; README.md has the format. @throws AppError `mcp.server_failed` */
export function launchOrder({ program, args, env, path }: LaunchOrder): Buffer {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const programs = placesOf(program, path);
  const texts = [...programs, ...args, ...variables];
  if (texts.some((text) => text.includes('\0') || Buffer.byteLength(text) > longestText)) throw tooMuch();
  const strings = Buffer.from(texts.map((text) => `${text}\0`).join(''), 'utf8');
  if (strings.length > longestBytes || texts.length > mostTexts) throw tooMuch();
  const head = Buffer.alloc(16);
  head.writeUInt32LE(strings.length, 0);
  head.writeUInt32LE(programs.length, 4);
  head.writeUInt32LE(args.length, 8);
  head.writeUInt32LE(variables.length, 12);
  return Buffer.concat([head, strings]);
}

/** Where a program may be, as execvp looks for it. */
function placesOf(program: string, path: string): readonly string[] {
  if (program.includes('/')) return [program];
  return path
    .split(':')
    .filter((folder) => folder !== '')
    .map((folder) => posix.join(folder, program));
}

function tooMuch(): AppError {
  return new AppError('mcp.server_failed', 'A secret, or all of them together, are too long for a program to get.', {
    hint: 'A value of a secret has at most 128 KiB and no NUL character.',
    params: { reason: 'secret_size', phase: 'secrets' },
  });
}
