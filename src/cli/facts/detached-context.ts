import { Readable, Writable } from 'node:stream';
import { AppError, type Clock, type Env, type Paths } from '#core';
import type { Docker } from '#docker';
import { connectOnly } from '../client/connect.ts';
import type { CliContext } from '../context.ts';
import { createInterrupts } from '../interrupts.ts';
import { loadTranslate, type Language } from '../messages/translate.ts';
import type { CliOptions } from '../types.ts';

/** What analysers need of the daemon they run in. */
export interface FactsHost {
  readonly env: Env;
  readonly paths: Paths;
  readonly clock: Clock;
  readonly docker: () => Promise<Docker>;
  readonly fetchBytes: CliOptions['fetchBytes'];
}

/** A context for commands that nobody sits before: no terminal, no colours, nothing to read, nothing printed. */
export async function detachedContext(
  host: FactsHost,
  { language, signal }: { readonly language: Language; readonly signal: AbortSignal },
): Promise<CliContext> {
  const { paths, clock } = host;
  const t = await loadTranslate(language);
  const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });
  const client = connectOnly({
    address: { kind: 'remote', socket: paths.socket, label: paths.socket },
    signal,
    t,
  });
  const unused = (): never => {
    throw new AppError('internal', 'An analyser asked for what it does not need.');
  };
  return {
    env: { ...host.env, NO_COLOR: '1' },
    paths,
    clock,
    stdin: Readable.from([]),
    stdout: nowhere(),
    stderr: nowhere(),
    calledAs: { name: 'docker', style: 'gantry' },
    program: { node: '', script: '', clone: '' },
    language,
    t,
    signal,
    interrupts: createInterrupts(() => () => undefined),
    daemon: async () => client,
    startedDaemon: async () => client,
    runningDaemon: () => client,
    docker: host.docker,
    fetchBytes: host.fetchBytes,
    toolkit: async () => unused(),
    mcpGateway: async () => unused(),
    print: () => undefined,
    printJson: () => undefined,
    notice: () => undefined,
    report: () => undefined,
  };
}
