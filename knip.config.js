export default {
  entry: ['bench/instant-*.ts', 'bench/fixed-answer.ts', 'bench/request-load.ts', 'scripts/*.js'],
  project: ['src/**/*.ts', 'bench/**/*.ts', 'tests/**/*.ts', 'scripts/**/*.js'],
  ignoreExportsUsedInFile: true,
  // Until the Dockerfile analysis that uses them lands.
  ignoreDependencies: ['dockerfile-ast', 'unbash', 'diff'],
  // Programs of the test world, looked for on PATH.
  ignoreBinaries: ['docker-registry', 'skopeo'],
};
