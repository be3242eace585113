import type { CallToolResult, Progress, Tool } from '@modelcontextprotocol/client';
import { AppError, version } from '#core';
import type { JsonObject } from '#mcp';
import type { CliContext } from '../../context.ts';
import { printableLine } from '../../output/printable.ts';
import { startSpinner } from '../../output/spinner.ts';
import { answerQuestion } from './answer-question.ts';
import { daemonGateway, listWaitMs, ownGateway, type GatewayPlace } from './gateway-places.ts';

export interface GatewaySession extends AsyncDisposable {
  tools(): Promise<readonly Tool[]>;
  /** By the name that it has here, or with a server by the name that it has there. */
  call(name: string, args: JsonObject, options?: { readonly server?: string | undefined }): Promise<CallToolResult>;
}

export interface GatewayOptions {
  readonly profile: string | undefined;
  /** For `gateway run`; with any, the daemon's gateway will not do. */
  readonly args: readonly string[];
  /** Shows what the gateway says of its work, which the daemon's does not tell. */
  readonly verbose: boolean;
}

/** A call may wait for an image, a person, or a slow server; whoever waits can press Ctrl-C. */
const longestMs = 24 * 60 * 60 * 1000;

/** Speaks to a gateway as a client does: to the daemon's where that has what is asked for, else to one of its own. */
export async function openGateway(context: CliContext, options: GatewayOptions): Promise<GatewaySession> {
  const { t, stdin, stderr, clock, signal } = context;
  const { profile, args, verbose } = options;
  const { Client } = await import('@modelcontextprotocol/client');
  const place: GatewayPlace =
    (args.length === 0 && !verbose ? await daemonGateway(context, { profile }) : undefined) ??
    (await ownGateway(context, {
      args: [...(profile === undefined ? [] : ['--profile', profile]), ...args],
      verbose,
    }));
  const canAsk = stdin.isTTY === true && stderr.isTTY === true;
  const client = new Client({ name: 'gantry', version }, { capabilities: canAsk ? { elicitation: { form: {} } } : {} });
  let progress = '';
  const during = async <Result>(work: Promise<Result>): Promise<Result> => {
    const spinner = verbose ? { stop() {} } : startSpinner(() => progress, { output: stderr, clock, afterMs: 500 });
    try {
      return await work;
    } catch (error) {
      signal.throwIfAborted();
      throw failure(error, place.last());
    } finally {
      spinner.stop();
    }
  };
  if (canAsk) {
    client.setRequestHandler('elicitation/create', async ({ params }) => await answerQuestion(context, params));
  }
  const requestOptions = { signal, timeout: longestMs };
  progress = t('mcp.tools.starting');
  try {
    await during(client.connect(place.transport, requestOptions));
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    async tools() {
      const params = { _meta: { 'gantry/listWaitMs': listWaitMs } };
      return (await during(client.listTools(params, requestOptions))).tools;
    },
    async call(name, given, { server } = {}) {
      progress = t('mcp.tools.calling', { name });
      const onprogress = (said: Progress): void => {
        progress = progressText(name, said);
      };
      const _meta = server === undefined ? {} : { _meta: { 'gantry/server': server } };
      return await during(
        client.callTool({ name, arguments: { ...given }, ..._meta }, { ...requestOptions, onprogress }),
      );
    },
    [Symbol.asyncDispose]: async () => {
      await place.leave();
      await client.close();
    },
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
