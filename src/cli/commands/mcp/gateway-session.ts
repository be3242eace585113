import type { CallToolResult, Progress, Tool } from '@modelcontextprotocol/client';
import { AppError, version } from '#core';
import type { JsonObject } from '#mcp';
import type { CliContext } from '../../context.ts';
import { printableLine } from '../../output/printable.ts';
import { startSpinner } from '../../output/spinner.ts';
import { answerQuestion } from './answer-question.ts';

export interface GatewaySession extends AsyncDisposable {
  tools(): Promise<readonly Tool[]>;
  call(name: string, args: JsonObject): Promise<CallToolResult>;
}

export interface GatewayOptions {
  /** For `gateway run`. */
  readonly args: readonly string[];
  /** Shows what the gateway says of its work. */
  readonly verbose: boolean;
}

/** A client that lists once wants all of it, however long servers take to start. */
const patience = ['--list-wait', '60s'];
const keptLines = 20;
/** A call may wait for an image, a person, or a slow server; whoever waits can press Ctrl-C. */
const longestMs = 24 * 60 * 60 * 1000;

/** Starts a gateway of its own on standard input and output and speaks to it as a client does; it ends with the session. */
export async function openGateway(context: CliContext, { args, verbose }: GatewayOptions): Promise<GatewaySession> {
  const { t, program, env, stdin, stderr, clock, signal } = context;
  const [{ Client }, { StdioClientTransport }] = await Promise.all([
    import('@modelcontextprotocol/client'),
    import('@modelcontextprotocol/client/stdio'),
  ]);
  const canAsk = stdin.isTTY === true && stderr.isTTY === true;
  const client = new Client({ name: 'gantry', version }, { capabilities: canAsk ? { elicitation: { form: {} } } : {} });
  const transport = new StdioClientTransport({
    command: program.node,
    args: [
      ...process.execArgv,
      program.script,
      'mcp',
      'gateway',
      'run',
      ...patience,
      ...(verbose ? ['--verbose'] : []),
      ...args,
    ],
    env: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    stderr: 'pipe',
    maxBufferSize: 64 * 1024 * 1024,
  });
  const last: string[] = [];
  transport.stderr?.on('data', (chunk: Buffer) => {
    const text = chunk.toString('utf8');
    if (verbose) stderr.write(text);
    last.push(...text.split('\n').filter((line) => line.trim() !== ''));
    last.splice(0, Math.max(0, last.length - keptLines));
  });
  let progress = '';
  const during = async <Result>(work: Promise<Result>): Promise<Result> => {
    const spinner = verbose ? { stop() {} } : startSpinner(() => progress, { output: stderr, clock, afterMs: 500 });
    try {
      return await work;
    } catch (error) {
      signal.throwIfAborted();
      throw failure(error, last.at(-1));
    } finally {
      spinner.stop();
    }
  };
  if (canAsk) {
    client.setRequestHandler('elicitation/create', async ({ params }) => await answerQuestion(context, params));
  }
  const options = { signal, timeout: longestMs };
  progress = t('mcp.tools.starting');
  try {
    await during(client.connect(transport, options));
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    async tools() {
      return (await during(client.listTools(undefined, options))).tools;
    },
    async call(name, given) {
      progress = t('mcp.tools.calling', { name });
      const onprogress = (said: Progress): void => {
        progress = progressText(name, said);
      };
      return await during(client.callTool({ name, arguments: { ...given } }, { ...options, onprogress }));
    },
    [Symbol.asyncDispose]: async () => await client.close(),
  };
}

function progressText(name: string, { progress, total, message }: Progress): string {
  const share = total === undefined ? String(progress) : `${progress}/${total}`;
  return printableLine(`${name} ${share} ${message ?? ''}`);
}

function failure(error: unknown, lastLine: string | undefined): AppError {
  if (error instanceof AppError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const detail = printableLine(text).replace(/\.$/, '');
  return new AppError('mcp.server_failed', `The gateway failed: ${detail}.`, {
    hint: lastLine === undefined ? undefined : printableLine(lastLine),
    params: { server: 'gateway', detail },
    cause: error,
  });
}
