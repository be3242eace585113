/** For `docker compose build`, and to speak to it by hand. */
export function composeYaml(name: string): string {
  return `# docker compose build
# docker compose run --rm --no-TTY ${name}   # speaks MCP over standard input and output
services:
  ${name}:
    build: .
    image: ${name}:latest
    stdin_open: true
    network_mode: none
    read_only: true
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
`;
}

/** The entry by which a catalogue knows the server. */
export function catalogYaml(name: string): string {
  return `registry:
  ${name}:
    title: ${name}
    description: Greets somebody by their name.
    type: server
    image: ${name}:latest
    # Take this away once it has to reach something, and say what with allowHosts.
    disableNetwork: true
    tools:
      - name: greet
        description: Greets somebody by their name.
`;
}

export function readme(name: string): string {
  return `# ${name}

An MCP server in TypeScript, on the official SDK. \`server.ts\` is all of it.

\`\`\`sh
npm install
npm run check                    # types
npm run build                    # one file: dist/server.mjs
docker build -t ${name} .
\`\`\`

Then have a catalogue with it, put it into your profile and call its tool:

\`\`\`sh
gantry mcp catalog import ./catalog.yaml --as ${name}
gantry mcp server enable catalog://${name}/${name}
gantry mcp tools call greet name=Ada
\`\`\`

A catalogue that is there already takes it with \`gantry mcp catalog add CATALOG ${name} ./catalog.yaml\`. After a change, build again:
the next call uses the new image.

What it may do is in \`catalog.yaml\`: it has no network until you say which hosts it may reach, and no file but those that you grant. A
secret that it needs is declared there, and given with \`gantry mcp secret set\`.
`;
}
