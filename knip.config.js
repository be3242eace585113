export default {
  entry: [
    'bench/instant-*.ts',
    'bench/fixed-answer.ts',
    'bench/request-load.ts',
    'bench/scan-archive.ts',
    'scripts/*.js',
    'src/dashboard/ui/main.tsx',
    // What pages are made of, some of which are not here yet.
    'src/dashboard/ui/kit/index.ts',
  ],
  project: [
    'src/**/*.{ts,tsx}',
    'bench/**/*.ts',
    'tests/**/*.ts',
    'scripts/**/*.js',
    'scripts/eval/*.ts',
    'scripts/screenshots/*.ts',
  ],
  ignoreExportsUsedInFile: true,
  // Programs of the test world, looked for on PATH.
  ignoreBinaries: ['docker-registry', 'skopeo'],
};
