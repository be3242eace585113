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
  // The dashboard's, until its first page is here.
  ignoreDependencies: [
    /^@emotion\//,
    '@mui/material',
    /^@tanstack\//,
    /^@types\/react/,
    'axe-core',
    'lucide-react',
    'playwright-core',
    /^react/,
    'remark-gfm',
  ],
  // Programs of the test world, looked for on PATH.
  ignoreBinaries: ['docker-registry', 'skopeo'],
};
