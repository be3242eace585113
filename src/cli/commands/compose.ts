import { Writable } from 'node:stream';
import { AppError, toAppError } from '#core';
import type { CliContext } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { errorText } from '#texts';
import {
  composeMetadata,
  configurationOf,
  messageLine,
  type ComposeMessage,
  type ComposeUpOptions,
} from '../plugin/compose-protocol.ts';
import { endpointsOf } from '../plugin/docker-runner.ts';
import { isPresent } from './is-present.ts';
import { pullModel } from './pull.ts';

export async function metadata(context: CliContext): Promise<number> {
  context.print(JSON.stringify(composeMetadata));
  return 0;
}

/** Brings up a `provider: {type: model}` service: its models are there, configured, and its dependents know where. */
export async function composeUp(context: CliContext, options: ComposeUpOptions): Promise<number> {
  const send = (message: ComposeMessage): void => context.print(messageLine(message));
  const info = (message: string): void => send({ type: 'info', message });
  // Compose shows what comes on standard output, so a pull tells its story there.
  const told = lineOutput(info);
  const quiet: CliContext = { ...context, stderr: told, notice: info };
  try {
    info('Initializing model runner...');
    const daemon = await context.daemon();
    const { endpoint } = await endpointsOf(daemon);
    if (endpoint === '') throw noEndpoint();
    for (const model of options.model) {
      if (await isPresent(daemon, model)) continue;
      await pullModel(quiet, daemon, { model });
    }
    send({ type: 'setenv', message: `MODEL=${options.model.join(',')}` });
    for (const model of options.model) {
      await daemon.text({ method: 'POST', path: configurePath(options), body: configurationOf(model, options) });
      info(`Successfully configured backend for model ${model}`);
    }
    send({ type: 'setenv', message: `URL=${endpoint}` });
    return 0;
  } catch (thrown) {
    const error = toAppError(thrown);
    const { message, hint } = errorText(error, context.language);
    send({ type: 'error', message: hint === undefined ? message : `${message} ${hint}` });
    return exitCode(error.code);
  }
}

/** The models stay loaded as long as somebody uses them; there is nothing to take down. */
export async function composeDown(): Promise<number> {
  return 0;
}

function configurePath({ backend }: ComposeUpOptions): string {
  return backend === undefined ? '/engines/_configure' : `/engines/${encodeURIComponent(backend)}/_configure`;
}

function noEndpoint(): AppError {
  return new AppError(
    'settings.invalid',
    'Containers cannot reach the models: the daemon listens on its socket only.',
    {
      hint: 'Switch TCP on with: gantry desktop enable model-runner --tcp 12434, or start the relay with: gantry relay enable',
      params: { reason: 'no_endpoint' },
    },
  );
}

function lineOutput(say: (line: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
      for (const line of String(chunk).split('\n')) if (line.trim() !== '') say(line.trim());
      done();
    },
  });
}
