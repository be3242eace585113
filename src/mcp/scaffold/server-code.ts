export function basicServer(name: string): string {
  return `import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

// Standard output carries the protocol: what is to be read by people goes to console.error.
serveStdio(() => {
  const server = new McpServer({ name: '${name}', version: '0.1.0' });
  server.registerTool(
    'greet',
    {
      title: 'Greet somebody',
      description: 'Greets somebody by their name.',
      inputSchema: z.object({ name: z.string().min(1).describe('Whom to greet') }),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ({ name }) => ({ content: [{ type: 'text', text: \`Hello, \${name}!\` }] }),
  );
  return server;
});
`;
}

/** The same with a page: clients that can show one find it by the address in the tool's \`_meta\`. */
export function pageServer(name: string): string {
  return `import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import page from './ui.html';

const pageUri = 'ui://${name}/greeting.html';
const mimeType = 'text/html;profile=mcp-app';

// Standard output carries the protocol: what is to be read by people goes to console.error.
serveStdio(() => {
  const server = new McpServer({ name: '${name}', version: '0.1.0' });
  server.registerResource('greeting', pageUri, { title: 'Greeting', mimeType }, async () => ({
    contents: [{ uri: pageUri, mimeType, text: page }],
  }));
  server.registerTool(
    'greet',
    {
      title: 'Greet somebody',
      description: 'Greets somebody by their name, and shows it on a page.',
      inputSchema: z.object({ name: z.string().min(1).describe('Whom to greet') }),
      outputSchema: z.object({ greeting: z.string() }),
      annotations: { readOnlyHint: true, openWorldHint: false },
      _meta: { ui: { resourceUri: pageUri }, 'openai/outputTemplate': pageUri },
    },
    async ({ name }) => {
      const greeting = \`Hello, \${name}!\`;
      return { content: [{ type: 'text', text: greeting }], structuredContent: { greeting } };
    },
  );
  return server;
});
`;
}

export const uiPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Greeting</title>
  </head>
  <body>
    <p id="greeting">…</p>
    <script>
      // The client that shows this page hands over what the tool gave.
      const show = (given) => {
        if (given?.greeting) document.getElementById('greeting').textContent = given.greeting;
      };
      show(window.openai?.toolOutput);
      window.addEventListener('openai:set_globals', () => show(window.openai?.toolOutput));
      window.addEventListener('message', ({ data }) => {
        if (data?.method === 'ui/notifications/tool-result') show(data.params?.structuredContent);
      });
      // From here on it is told: without this a client does not know that the page is there.
      const hello = { protocolVersion: '2026-01-26', appInfo: { name: 'greeting', version: '0.1.0' }, appCapabilities: {} };
      window.addEventListener('message', ({ data }) => {
        if (data?.id === 1 && data.result)
          window.parent.postMessage({ jsonrpc: '2.0', method: 'ui/notifications/initialized' }, '*');
      });
      window.parent.postMessage({ jsonrpc: '2.0', id: 1, method: 'ui/initialize', params: hello }, '*');
    </script>
  </body>
</html>
`;
