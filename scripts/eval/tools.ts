import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createOpenAiModel,
  runTurn,
  type AssistantModel,
  type GroupedTool,
  type LoopEvent,
  type PostChat,
} from '#assistant';
import { calls, drained, loopWorld, says, scriptedModel } from '../../src/assistant/testing/scripted.ts';
import { toolWorld, type ToolWorld } from '../../src/assistant/testing/tool-world.ts';
import { startModelDaemon } from '../../tests/model-daemon.ts';
import type { EvalResult, Tally } from './table.ts';
import { toolQuestions } from './tool-questions.ts';

export interface ToolEvalOptions {
  /** An OpenAI-compatible API, such as `http://127.0.0.1:12434/engines/v1`. */
  readonly url?: string | undefined;
  readonly model?: string | undefined;
  /** Its key. */
  readonly key?: string | undefined;
}

const signal = new AbortController().signal;
const system = 'You help with containers on this machine. Choose the tool that answers or does what is asked.';
type Choice = (question: string) => Promise<string | undefined>;

/** Whether calls reach each of all tools and nothing runs unapproved; and, by model, how often the right one of all is chosen. */
export async function evalTools(options: ToolEvalOptions): Promise<EvalResult> {
  await using world = await evalWorld();
  const { tools } = world.set;
  const failures: string[] = [];
  const reached = { name: 'calls of a scripted model', found: 0, missed: 0, wrong: 0 };
  for (const [, tool, args] of toolQuestions) {
    const problem = await problemOf(tool, args, tools);
    if (problem === undefined) reached.found += 1;
    else {
      reached.missed += 1;
      failures.push(`${tool}: ${problem}`);
    }
  }
  const asked = new Set(toolQuestions.map(([, tool]) => tool));
  const unasked = tools.filter(({ spec }) => !asked.has(spec.name)).map(({ spec }) => spec.name);
  if (unasked.length > 0) failures.push(`no question for: ${unasked.join(', ')}`);
  const tallies: Tally[] = [
    reached,
    { name: 'tools with a question', found: tools.length - unasked.length, missed: unasked.length, wrong: 0 },
    {
      name: 'nothing unapproved',
      found: world.engine.changes.length === 0 ? 1 : 0,
      missed: 0,
      wrong: world.engine.changes.length,
    },
  ];
  const rows = [`choosing among all ${tools.length} tools, ${toolQuestions.length} questions`];
  rows.push(await smallRow(tools), await largeRow(tools, options));
  return {
    title: 'Tools',
    cases: toolQuestions.length,
    tallies,
    failures,
    targets: { precision: 1, recall: 1 },
    rows,
  };
}

/** All tools over an Engine that only keeps what it was asked to change. */
async function evalWorld(): Promise<ToolWorld> {
  const nothing = async (): Promise<never> => {
    throw new Error('Nothing is approved here.');
  };
  const world = await toolWorld({
    containers: [{ name: 'web', log: 'ready' }],
    runProcess: async () => ({ code: 0, signalName: undefined, output: '', leftOut: 0 }),
    docs: { pages: async () => [{ path: 'docs/a.md', text: '# Memory budget\n' }] },
    fetchPage: async (url) => ({ url, contentType: 'text/html', bytes: Buffer.from('<p>hi</p>'), isCut: false }),
    models: { list: async () => [], pull: nothing, unload: nothing, remove: nothing, ask: nothing },
    scan: { fetchIndex: nothing, runScanner: nothing },
  });
  const files = {
    'README.md': '# Shop\n',
    'app.js': 'listen(3000);\n',
    Dockerfile: 'FROM node\n',
    'package.json': '{}',
  };
  const compose = { 'compose.yaml': 'services:\n  web:\n    image: app:1\n' };
  for (const [path, text] of Object.entries({ ...files, ...compose })) await writeFile(join(world.root, path), text);
  return world;
}

/** Undefined where the call reaches its tool with arguments that it takes; what the Engine here lacks is another matter. */
async function problemOf(tool: string, args: object, tools: readonly GroupedTool[]): Promise<string | undefined> {
  const model = scriptedModel([calls([tool, args]), says('done')]);
  const { events } = await drained(turnOf(model, 'please', tools));
  const answer = events.find((event) => event.type === 'tool_call_response');
  if (answer === undefined) return 'was not called';
  const { text } = answer.output;
  return answer.outcome === 'invalid' && /There is no tool|^The arguments of/.test(text) ? text : undefined;
}

function turnOf(
  model: AssistantModel,
  content: string,
  tools: readonly GroupedTool[],
): AsyncGenerator<LoopEvent, unknown> {
  const { deps } = loopWorld(model, tools);
  return runTurn(
    {
      messages: [
        { role: 'system', content: system },
        { role: 'user', content },
      ],
      untrusted: [],
    },
    deps,
    {
      signal,
    },
  );
}

/** SmolLM2-135M with its real weights, held to the names of the tools by a grammar. */
async function smallRow(tools: readonly GroupedTool[]): Promise<string> {
  const daemon = await startModelDaemon();
  try {
    if (daemon.skip !== undefined) return notRun('SmolLM2-135M, by grammar', daemon.skip);
    const post = postTo(`${daemon.url}/engines/v1`, undefined);
    const model = createOpenAiModel({ name: daemon.model, isLocal: true, contextTokens: 4096, post });
    const list = tools.map(({ spec }) => `${spec.name}: ${spec.description.split('. ')[0]}`).join('\n');
    return await choiceRow('SmolLM2-135M, by grammar', async (question) => {
      const messages = [
        { role: 'system', content: `${system}\n${list}` },
        { role: 'user', content: question },
      ] as const;
      const properties = { tool: { enum: tools.map(({ spec }) => spec.name) } };
      const schema = { type: 'object', properties, required: ['tool'], additionalProperties: false };
      const { tool } = await model.choose({ messages, schema }, { signal: AbortSignal.timeout(answerMs) });
      return typeof tool === 'string' ? tool : undefined;
    });
  } finally {
    await daemon.stop();
  }
}

/** A model that is given all tools, as the assistant gives them. */
async function largeRow(tools: readonly GroupedTool[], { url, model, key }: ToolEvalOptions): Promise<string> {
  if (url === undefined || model === undefined)
    return notRun('a larger model, by tool calls', 'none was given: --url=URL --model=NAME, and --key=VARIABLE');
  const post = postTo(url, key);
  const one = createOpenAiModel({ name: model, isLocal: false, contextTokens: 32_768, post });
  return await choiceRow(`${model}, by tool calls`, async (question) => {
    const messages = [
      { role: 'system', content: system },
      { role: 'user', content: question },
    ] as const;
    const wire = tools.map(({ spec }) => spec);
    for await (const event of one.answer({ messages, tools: wire }, { signal: AbortSignal.timeout(answerMs) }))
      if (event.type === 'call') return event.call.name;
    return undefined;
  });
}

const answerMs = 180_000;

async function choiceRow(name: string, choose: Choice): Promise<string> {
  let right = 0;
  let none = 0;
  for (const [question, wanted] of toolQuestions) {
    const chosen = await choose(question);
    if (chosen === wanted) right += 1;
    if (chosen === undefined) none += 1;
  }
  const share = ((100 * right) / toolQuestions.length).toFixed(1);
  return `${name}: ${right} of ${toolQuestions.length} right (${share} %), ${none} without a choice`;
}

function notRun(name: string, why: string): string {
  return `${name}: not run (${why})`;
}

function postTo(url: string, key: string | undefined): PostChat {
  return async (body, options) => {
    const response = await fetch(`${url.replace(/\/$/, '')}/chat/completions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(key !== undefined && { Authorization: `Bearer ${key}` }) },
      body: JSON.stringify(body),
      signal: options.signal,
    });
    async function* bytes(): AsyncGenerator<Uint8Array> {
      if (response.body) yield* response.body;
    }
    return { status: response.status, body: bytes() };
  };
}
