// What the conformance suite expects of a server, over stdio and with no library: what is tested is the gateway before it.
import { createInterface } from 'node:readline';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const silence = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';
const waiting = new Map();
let lastId = 0;

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const ask = (method, params) =>
  new Promise((resolve) => {
    lastId += 1;
    waiting.set(lastId, resolve);
    send({ id: lastId, method, params });
  });
const text = (value) => ({ content: [{ type: 'text', text: value }] });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const schemaOf = (properties = {}, required = []) => ({ type: 'object', properties, required });
const prompt = { type: 'string', description: 'text' };
const tools = {
  test_simple_text: { run: () => text('This is a simple text response for testing.') },
  test_image_content: { run: () => ({ content: [{ type: 'image', data: pixel, mimeType: 'image/png' }] }) },
  test_audio_content: { run: () => ({ content: [{ type: 'audio', data: silence, mimeType: 'audio/wav' }] }) },
  test_embedded_resource: { run: () => ({ content: [embedded('test://embedded-resource')] }) },
  test_multiple_content_types: {
    run: () => ({
      content: [
        { type: 'text', text: 'Multiple content types test:' },
        { type: 'image', data: pixel, mimeType: 'image/png' },
        {
          type: 'resource',
          resource: { uri: 'test://mixed-content-resource', mimeType: 'application/json', text: '{"test":"data"}' },
        },
      ],
    }),
  },
  test_tool_with_logging: {
    async run() {
      for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        send({ method: 'notifications/message', params: { level: 'info', data } });
        await pause(50);
      }
      return text('Tool with logging executed successfully');
    },
  },
  test_tool_with_progress: {
    async run(_args, progressToken) {
      for (const progress of [0, 50, 100]) {
        if (progressToken !== undefined) {
          send({
            method: 'notifications/progress',
            params: { progressToken, progress, total: 100, message: `${progress}` },
          });
        }
        await pause(50);
      }
      return text(String(progressToken));
    },
  },
  test_error_handling: {
    run: () => ({ ...text('This tool intentionally returns an error for testing'), isError: true }),
  },
  test_reconnection: { run: async () => (await pause(2500), text('Reconnection test completed')) },
  test_sampling: {
    schema: schemaOf({ prompt }, ['prompt']),
    async run({ prompt: said }) {
      const messages = [{ role: 'user', content: { type: 'text', text: said } }];
      const { result, error } = await ask('sampling/createMessage', { messages, maxTokens: 100 });
      return text(error ? `error: ${error.message}` : `LLM response: ${result.content.text}`);
    },
  },
  test_elicitation: {
    schema: schemaOf({ message: prompt }, ['message']),
    run: ({ message }) =>
      elicit(message, {
        username: { type: 'string', description: 'name' },
        email: { type: 'string', description: 'mail' },
      }),
  },
  test_elicitation_sep1034_defaults: {
    run: () =>
      elicit('Please review and update the form fields with defaults', {
        name: { type: 'string', description: 'User name', default: 'John Doe' },
        age: { type: 'integer', description: 'User age', default: 30 },
        score: { type: 'number', description: 'User score', default: 95.5 },
        status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
        verified: { type: 'boolean', default: true },
      }),
  },
  test_elicitation_sep1330_enums: {
    run: () => {
      const titled = ['1', '2', '3'].map((n) => ({ const: `value${n}`, title: `Option ${n}` }));
      const plain = ['option1', 'option2', 'option3'];
      return elicit('Please select options from the enum fields', {
        untitledSingle: { type: 'string', enum: plain },
        titledSingle: { type: 'string', oneOf: titled },
        legacyEnum: {
          type: 'string',
          enum: ['opt1', 'opt2', 'opt3'],
          enumNames: ['Option One', 'Option Two', 'Option Three'],
        },
        untitledMulti: { type: 'array', items: { type: 'string', enum: plain } },
        titledMulti: { type: 'array', items: { anyOf: titled } },
      });
    },
  },
  test_logging_tool: {
    run: () => {
      send({ method: 'notifications/message', params: { level: 'info', data: 'logged' } });
      return text('logged');
    },
  },
  test_missing_capability: { run: () => askAll({ sampling: true }) },
  test_streaming_elicitation: { run: () => askAll({ elicitation: true }) },
  test_custom_header: {
    schema: schemaOf({
      region: { type: 'string', 'x-mcp-header': 'Region' },
      priority: { type: 'integer', 'x-mcp-header': 'Priority' },
      note: { type: 'string' },
    }),
    run: (args) => text(JSON.stringify(args)),
  },
  test_input_required_result_elicitation: { run: () => askAll({ elicitation: true }) },
  test_input_required_result_sampling: { run: () => askAll({ sampling: true }) },
  test_input_required_result_list_roots: { run: () => askAll({ roots: true }) },
  test_input_required_result_multiple_inputs: { run: () => askAll({ elicitation: true, sampling: true, roots: true }) },
  test_input_required_result_capabilities: { run: () => askAll({ elicitation: true, sampling: true }) },
  test_input_required_result_request_state: { run: () => askAll({ elicitation: true }) },
  test_input_required_result_tampered_state: { run: () => askAll({ elicitation: true }) },
  test_input_required_result_multi_round: {
    run: async () => (await askAll({ elicitation: true }), await askAll({ elicitation: true })),
  },
  json_schema_2020_12_tool: {
    schema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      $defs: { address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } } },
      properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
      additionalProperties: false,
    },
    run: (args) => text(JSON.stringify(args)),
  },
};

/** Questions that are asked at once. */
async function askAll({ elicitation, sampling, roots }) {
  const answers = await Promise.all([
    elicitation &&
      ask('elicitation/create', { message: 'What is your name?', requestedSchema: schemaOf({ name: prompt }) }),
    sampling &&
      ask('sampling/createMessage', {
        messages: [{ role: 'user', content: { type: 'text', text: 'Hello' } }],
        maxTokens: 100,
      }),
    roots && ask('roots/list', {}),
  ]);
  const isError = answers.some((answer) => answer?.error !== undefined && !answer.result);
  return {
    ...(isError ? { isError } : {}),
    ...text(JSON.stringify(answers.filter(Boolean).map(({ result, error }) => result ?? error))),
  };
}

async function elicit(message, properties) {
  const { result, error } = await ask('elicitation/create', { message, requestedSchema: schemaOf(properties) });
  return text(error ? `error: ${error.message}` : `User response: ${JSON.stringify(result)}`);
}

function embedded(uri) {
  return { type: 'resource', resource: { uri, mimeType: 'text/plain', text: 'This is an embedded resource content.' } };
}

const argument = (name) => ({ name, description: name, required: true });
const prompts = {
  test_simple_prompt: { messages: () => [user({ type: 'text', text: 'This is a simple prompt for testing.' })] },
  test_prompt_with_arguments: {
    arguments: [argument('arg1'), argument('arg2')],
    messages: ({ arg1, arg2 }) => [
      user({ type: 'text', text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` }),
    ],
  },
  test_prompt_with_embedded_resource: {
    arguments: [argument('resourceUri')],
    messages: ({ resourceUri }) => [user(embedded(resourceUri)), user({ type: 'text', text: 'Please process it.' })],
  },
  test_input_required_result_prompt: {
    messages: async () => [user((await askAll({ elicitation: true })).content[0])],
  },
  test_prompt_with_image: {
    messages: () => [
      user({ type: 'image', data: pixel, mimeType: 'image/png' }),
      user({ type: 'text', text: 'Look.' }),
    ],
  },
};
const user = (content) => ({ role: 'user', content });

function readResource(uri) {
  if (uri === 'test://static-binary') return { uri, mimeType: 'image/png', blob: pixel };
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id)
    return {
      uri,
      mimeType: 'application/json',
      text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
    };
  return { uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' };
}

async function answer({ method, params = {} }) {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: params.protocolVersion,
        serverInfo: { name: 'conformance', version: '1' },
        capabilities: { tools: {}, prompts: {}, resources: { subscribe: true }, logging: {}, completions: {} },
      };
    case 'tools/list':
      return {
        tools: Object.entries(tools).map(([name, { schema }]) => ({
          name,
          description: name,
          inputSchema: schema ?? schemaOf(),
        })),
      };
    case 'tools/call':
      return await tools[params.name].run(params.arguments ?? {}, params._meta?.progressToken);
    case 'prompts/list':
      return {
        prompts: Object.entries(prompts).map(([name, one]) => ({ name, description: name, arguments: one.arguments })),
      };
    case 'prompts/get':
      return { messages: await prompts[params.name].messages(params.arguments ?? {}) };
    case 'resources/list':
      return {
        resources: ['static-text', 'static-binary', 'watched-resource'].map((name) => ({
          uri: `test://${name}`,
          name,
          mimeType: 'text/plain',
        })),
      };
    case 'resources/templates/list':
      return {
        resourceTemplates: [
          { uriTemplate: 'test://template/{id}/data', name: 'template', mimeType: 'application/json' },
        ],
      };
    case 'resources/read':
      return { contents: [readResource(params.uri)] };
    case 'completion/complete':
      return { completion: { values: ['paris', 'park', 'party'], total: 3, hasMore: false } };
    case 'resources/subscribe':
    case 'resources/unsubscribe':
    case 'logging/setLevel':
    case 'ping':
      return {};
    default:
      return undefined;
  }
}

async function take(line) {
  const message = JSON.parse(line);
  if (message.method === undefined) {
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  } else if (message.id !== undefined) {
    const result = await answer(message);
    if (result) send({ id: message.id, result });
    else send({ id: message.id, error: { code: -32601, message: `Method not found: ${message.method}` } });
  }
}

createInterface({ input: process.stdin }).on('line', (line) => void take(line));
