#!/usr/bin/env node
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from '#cli';
import { gantryPaths, silentLog, systemClock } from '#core';
import { sandboxVerb } from './code-sandbox.ts';

const { argv, env, execArgv, execPath, stdin, stdout, stderr } = process;
const paths = gantryPaths(env);
const script = fileURLToPath(import.meta.url);
// Of the package, whether this is its source or its bundle.
const dashboardFolder = join(dirname(dirname(script)), 'dist', 'dashboard');
let served = false;

if (argv[2] === sandboxVerb) {
  const { serveSandbox } = await import('#mcp');
  await serveSandbox({ input: stdin, output: stdout, monotonic: () => systemClock.monotonic() });
  process.exit();
}

const code = await runCli({
  argv: argv.slice(2),
  env,
  stdin,
  stdout,
  stderr,
  paths,
  clock: systemClock,
  program: { node: execPath, script, clone: join(dirname(dirname(script)), 'gantry') },
  async serve(options) {
    served = true;
    const { serve } = await import('./serve.ts');
    return await serve(options, { paths, env, clock: systemClock, stdout, stderr, dashboardFolder });
  },
  async mcpGateway(options, { signal }) {
    // A server that does not end must not keep a stopped gateway.
    served = true;
    const { runMcpGateway } = await import('./mcp-gateway.ts');
    const { createUsersDocker } = await import('./users-docker.ts');
    return await runMcpGateway(options, {
      paths,
      env,
      clock: systemClock,
      stdin,
      stdout,
      stderr,
      signal,
      docker: (log) => createUsersDocker({ paths, env, log }),
    });
  },
  async docker(commandEnv) {
    const { createUsersDocker } = await import('./users-docker.ts');
    return createUsersDocker({ paths, env: commandEnv, log: silentLog });
  },
  async toolkit() {
    const { createToolkit } = await import('./create-toolkit.ts');
    return await createToolkit({ paths, env, clock: systemClock });
  },
  async assistantPorts() {
    const [{ createHttpClient, readDockerProxies }, ports] = await Promise.all([
      import('#registry'),
      import('./assistant-ports.ts'),
    ]);
    const clock = systemClock;
    const http = createHttpClient({ env, clock, dockerProxies: await readDockerProxies(paths.dockerConfig) });
    const fetchBytes = ports.fetchBytesWith(http);
    return {
      docs: ports.docsPort(),
      fetchPage: ports.fetchPagePort(http),
      scan: ports.scanPort({ paths, env, clock, fetchBytes }),
      [Symbol.asyncDispose]: async () => await http.close(),
    };
  },
  async fetchBytes(url, { mostBytes, signal }) {
    const { createHttpClient, readDockerProxies, statusError } = await import('#registry');
    const dockerProxies = await readDockerProxies(paths.dockerConfig);
    await using http = createHttpClient({ env, clock: systemClock, dockerProxies });
    const response = await http.request(url, { signal });
    if (response.status !== 200) throw statusError(response, { label: url });
    return await response.bytes(mostBytes);
  },
  async startDaemon() {
    const { spawnDaemon } = await import('./spawn-daemon.ts');
    await spawnDaemon({ execPath, execArgv, script: argv[1] ?? script, env, paths });
  },
});

// What a daemon leaves behind (a peer that never closes) must not keep a stopped process.
if (served) process.exit(code);
process.exitCode = code;
