// Who may import whom. The linter reads this table; test/architecture.test.ts proves that it does.
// `testing` is open to test files only; the files directly in src/ compose and may import everything.
export const mayImport = {
  core: [],
  contract: ['core'],
  settings: ['core'],
  access: ['core'],
  registry: ['core'],
  models: ['registry', 'core'],
  docker: ['core'],
  dockerfile: ['core'],
  images: ['docker', 'core'],
  diagnosis: ['images', 'docker', 'core'],
  inference: ['docker', 'models', 'registry', 'core'],
  mcp: ['docker', 'registry', 'core'],
  assistant: ['mcp', 'diagnosis', 'images', 'docker', 'core'],
  observe: ['inference', 'core'],
  api: ['observe', 'mcp', 'access', 'inference', 'docker', 'models', 'registry', 'settings', 'contract', 'core'],
  cli: ['assistant', 'dockerfile', 'diagnosis', 'images', 'mcp', 'docker', 'contract', 'core'],
};
