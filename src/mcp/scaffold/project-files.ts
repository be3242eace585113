/** Versions that were tried together. */
export const pinned = {
  dependencies: { '@modelcontextprotocol/server': '2.4.0', zod: '4.6.7' },
  devDependencies: { '@types/node': '24.10.1', esbuild: '0.28.2', typescript: '7.0.2' },
} as const;

const nodeImage = 'node:24-bookworm-slim';

export function packageJson(name: string): string {
  const described = {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.20' },
    scripts: {
      build:
        'esbuild server.ts --bundle --platform=node --target=node20 --format=esm --loader:.html=text --outfile=dist/server.mjs',
      check: 'tsc',
      start: 'npm run --silent build -- --log-level=error && node dist/server.mjs',
    },
    ...pinned,
  };
  return `${JSON.stringify(described, undefined, 2)}\n`;
}

export const tsconfig = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'es2023',
      module: 'nodenext',
      types: ['node'],
      strict: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      skipLibCheck: true,
    },
    include: ['*.ts'],
  },
  undefined,
  2,
)}\n`;

export function dockerfile(name: string): string {
  return `# The server is one file, which \`npm run build\` makes: nothing is fetched while the image is built.
ARG NODE_IMAGE=${nodeImage}
FROM \${NODE_IMAGE}

LABEL org.opencontainers.image.title="${name}" \\
      org.opencontainers.image.description="An MCP server"

ENV NODE_ENV=production
WORKDIR /app
COPY dist/server.mjs ./server.mjs

# It needs no rights of its own and writes nothing.
USER 1000:1000

# Clients speak to it over standard input and output: there is no port.
ENTRYPOINT ["node", "/app/server.mjs"]
`;
}

export const ignoredByDocker = `*
!dist
`;

export const ignoredByGit = `node_modules/
dist/
`;
