import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createSecretScanner, silentLog } from '#core';
import type { CliContext } from '../../context.ts';

export interface McpServerOptions {
  readonly readOnly?: boolean;
  readonly workingDir?: string;
}

const maxMessageBytes = 16 * 1024 * 1024;

/** Serves the assistant's tools over standard input and output until the client closes them. */
export async function mcpServer(context: CliContext, options: McpServerOptions): Promise<number> {
  const [{ createAssistantTools, createToolGateway, runProcess }, { serveStdio }] = await Promise.all([
    import('#assistant'),
    import('#mcp'),
  ]);
  const { clock, env, t, language, stdin, stdout } = context;
  const changesFolder = await mkdtemp(join(tmpdir(), 'gantry-changes-'));
  const scanner = createSecretScanner();
  await using ports = await context.assistantPorts?.();
  const set = await createAssistantTools({
    docker: await context.docker(),
    clock,
    env,
    workingDirectory: resolve(options.workingDir ?? '.'),
    changesFolder,
    language: () => language,
    runProcess,
    hideSecrets: (text) => scanner.hide(text),
    docs: ports?.docs,
    fetchPage: ports?.fetchPage,
    scan: ports?.scan,
  });
  const gateway = createToolGateway({
    tools: options.readOnly === true ? set.tools.filter(({ readsOnly }) => readsOnly) : set.tools,
    hideSecrets: set.hideSecrets,
    question: ({ title, preview, risk }) =>
      `${t('ai.mcpserver.question', { title, risk })}${preview === undefined || preview === '' ? '' : `\n\n${preview}`}`,
    clock,
    log: silentLog,
  });
  try {
    await gateway.start();
    const serving = serveStdio(gateway, { input: stdin, output: stdout, log: silentLog, maxMessageBytes });
    await Promise.race([serving, ended(context.signal)]);
    return 0;
  } finally {
    await gateway.close();
    await set.close();
    await rm(changesFolder, { recursive: true, force: true });
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
