import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecretScanner, systemClock } from '#core';
import { createAssistantTools } from '../tools/create-tools.ts';
import { runProcess } from '../tools/shell/run-process.ts';
import type { AssistantToolDeps, AssistantToolSet } from '../tools/types.ts';
import { fakeEngine, type FakeContainer, type FakeEngine } from './fake-engine.ts';

export interface ToolWorld extends AsyncDisposable {
  readonly root: string;
  readonly home: string;
  readonly engine: FakeEngine;
  readonly set: AssistantToolSet;
  /** Calls a tool as if it was approved. */
  call(name: string, args?: object): Promise<{ text: string; isError: boolean; risk: string; preview: string }>;
}

/** All tools over a folder of their own and an Engine of ours. */
export async function toolWorld(
  deps: Partial<AssistantToolDeps> & { readonly containers?: readonly FakeContainer[] } = {},
): Promise<ToolWorld> {
  const home = await mkdtemp(join(tmpdir(), 'gantry-tools-'));
  const root = join(home, 'project');
  await mkdir(root);
  const engine = fakeEngine(deps.containers);
  const scanner = createSecretScanner();
  const set = await createAssistantTools({
    docker: engine.docker,
    clock: systemClock,
    env: {},
    workingDirectory: root,
    changesFolder: join(home, 'changes'),
    language: () => 'en',
    runProcess,
    hideSecrets: (text) => scanner.hide(text),
    ...deps,
  });
  const signal = new AbortController().signal;
  return {
    root,
    home,
    engine,
    set,
    async call(name, args = {}) {
      const tool = set.tools.find(({ spec }) => spec.name === name);
      if (!tool) throw new Error(`There is no tool ${name}.`);
      const prepared = await tool.prepare(JSON.parse(JSON.stringify(args)) as never, { signal });
      const { text, isError = false } = await prepared.run({ signal, onOutput: () => undefined });
      return { text, isError, risk: prepared.action.assessment.risk, preview: prepared.preview ?? '' };
    },
    async [Symbol.asyncDispose]() {
      await set.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
