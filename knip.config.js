export default {
  entry: ['bench/instant-*.ts', 'scripts/*.js'],
  project: ['src/**/*.ts', 'bench/**/*.ts', 'tests/**/*.ts', 'scripts/**/*.js'],
  ignoreExportsUsedInFile: true,
  // Programs of the test world, looked for on PATH.
  ignoreBinaries: ['docker-registry', 'skopeo'],
};
