// Uses a gateway through an official SDK for TypeScript, over the transport named, and prints what it got as JSON.
const [major, kind, ...rest] = process.argv.slice(2);

async function load() {
  if (major === '2') {
    const [client, stdio] = await Promise.all([
      import('@modelcontextprotocol/client'),
      import('@modelcontextprotocol/client/stdio'),
    ]);
    return { ...client, ...stdio };
  }
  const sdk = '@modelcontextprotocol/sdk/client';
  const parts = ['index', 'stdio', 'sse', 'streamableHttp'].map((name) => import(`${sdk}/${name}.js`));
  return Object.assign({}, ...(await Promise.all(parts)));
}

const sdk = await load();
const headers = { Authorization: `Bearer ${rest[1]}` };
const transports = {
  stdio: () =>
    new sdk.StdioClientTransport({ command: rest[0], args: rest.slice(1), env: process.env, stderr: 'ignore' }),
  sse: () =>
    new sdk.SSEClientTransport(new URL(rest[0]), {
      requestInit: { headers },
      eventSourceInit: { fetch: (url, init) => fetch(url, { ...init, headers: { ...init?.headers, ...headers } }) },
    }),
  streaming: () => new sdk.StreamableHTTPClientTransport(new URL(rest[0]), { requestInit: { headers } }),
};
const isStateless = kind.startsWith('stateless');
const transport = transports[kind === 'stateless' ? 'streaming' : kind === 'stateless-stdio' ? 'stdio' : kind]();
const client = new sdk.Client(
  { name: 'journey', version: '1' },
  isStateless ? { versionNegotiation: { mode: { pin: '2026-07-28' } } } : {},
);
await client.connect(transport);
const call = (name, args = {}) => client.callTool({ name, arguments: args });
const { tools } = await client.listTools();
const echoed = await call('echo', { message: 'hi' });
const thought = await call('sequentialthinking', {
  thought: 'a',
  nextThoughtNeeded: false,
  thoughtNumber: 1,
  totalThoughts: 1,
});
const graph = await call('read_graph');
const files = await call('list_allowed_directories');
const { prompts } = await client.listPrompts();
console.log(
  JSON.stringify({
    server: client.getServerVersion()?.name,
    tools: tools.map(({ name }) => name),
    echo: echoed.content[0].text,
    thought: thought.content[0].text,
    graph: graph.content[0].text,
    files: files.content[0].text,
    prompts: prompts.length,
  }),
);
await client.close();
