export default {
  entry: ['src/main.ts', 'bench/main.ts', 'scripts/*.js'],
  project: ['src/**/*.ts', 'bench/**/*.ts', 'tests/**/*.ts', 'scripts/**/*.js'],
  ignoreExportsUsedInFile: true,
};
