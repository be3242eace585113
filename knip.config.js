export default {
  entry: [
    'bench/instant-*.ts',
    'bench/fixed-answer.ts',
    'bench/request-load.ts',
    'bench/scan-archive.ts',
    'scripts/*.js',
  ],
  project: ['src/**/*.ts', 'bench/**/*.ts', 'tests/**/*.ts', 'scripts/**/*.js', 'scripts/eval/*.ts'],
  ignoreExportsUsedInFile: true,
  // Programs of the test world, looked for on PATH.
  ignoreBinaries: ['docker-registry', 'skopeo'],
};
