import { mayImport } from './architecture.js';

const folders = Object.keys(mayImport);
const tests = '**/*.test.{ts,tsx}';

function wall(folder, { files, escape, excludeFiles, testing }) {
  const forbidden = folders.filter((other) => other !== folder && !mayImport[folder].includes(other));
  if (!testing) forbidden.push('testing');
  return {
    files,
    excludeFiles,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: forbidden.map((other) => `#${other}`),
              message: `architecture.js forbids this from ${folder}/`,
            },
            { regex: String.raw`^#[a-z]+/`, message: 'a folder has one door: import its #name' },
            { regex: escape, message: 'leave a folder by its #name, never by ../' },
          ],
        },
      ],
    },
  };
}

function walls(folder) {
  // Depth of a file below src/<folder> decides how many ../ stay inside it.
  const levels = [
    { at: `src/${folder}`, escape: String.raw`^\.\./`, support: [] },
    { at: `src/${folder}/*`, escape: String.raw`^\.\./\.\./`, support: ['*/testing.ts', 'testing/*.ts'] },
    { at: `src/${folder}/*/*/**`, escape: String.raw`^\.\./\.\./\.\./`, support: ['*/testing/*.ts'] },
  ];
  return levels.flatMap(({ at, escape, support }) => {
    // What only tests use, beside them.
    const beside = support.map((path) => `src/${folder}/${path}`);
    const files = [`${at}/*.test.{ts,tsx}`, ...beside];
    return [
      wall(folder, { files: [`${at}/*.{ts,tsx}`], escape, excludeFiles: [tests, ...beside], testing: false }),
      wall(folder, { files, escape, excludeFiles: [], testing: true }),
    ];
  });
}

export default {
  plugins: ['typescript', 'import', 'unicorn'],
  options: { typeAware: true },
  categories: { correctness: 'error' },
  ignorePatterns: ['dist', 'node_modules', 'coverage'],
  rules: {
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    'max-params': ['error', { max: 3 }],
    'no-console': 'error',
    'no-restricted-properties': [
      'error',
      {
        object: 'process',
        property: 'env',
        message: 'read the environment in core/paths.ts or src/main.ts and pass it on',
      },
      { object: 'os', property: 'homedir', message: 'paths come from core/paths.ts' },
    ],
  },
  overrides: [
    ...folders.flatMap(walls),
    {
      // What runs in the browser gets nothing of Node.
      files: ['src/dashboard/ui/**/*.{ts,tsx}'],
      excludeFiles: [tests],
      plugins: ['typescript', 'import', 'unicorn', 'react', 'jsx-a11y'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                group: ['#*', '!#contract', '!#texts'],
                message: 'the page knows the daemon through #contract alone, and words from #texts',
              },
              { regex: '^node:', message: 'this runs in a browser' },
            ],
          },
        ],
        'no-restricted-globals': [
          'error',
          'process',
          'Buffer',
          'require',
          'localStorage',
          'sessionStorage',
          'name',
          'event',
        ],
        'react/no-danger': 'error',
        'react/rules-of-hooks': 'error',
        'react/jsx-key': 'error',
      },
    },
    {
      files: ['src/**/*.ts'],
      excludeFiles: ['src/dashboard/ui/**'],
      rules: {
        'no-restricted-globals': [
          'error',
          'window',
          'document',
          'localStorage',
          'sessionStorage',
          'location',
          'navigator',
          'name',
          'event',
        ],
      },
    },
    { files: ['src/cli/**/*.ts', 'scripts/**', 'bench/**/*.ts', 'tests/**/*.{ts,js}'], rules: { 'no-console': 'off' } },
    {
      files: [
        'src/main.ts',
        'src/core/paths.ts',
        'scripts/**',
        'bench/**/*.ts',
        'tests/**/*.{ts,js}',
        tests,
        'src/testing/**/*.ts',
      ],
      rules: { 'no-restricted-properties': 'off' },
    },
    { files: ['*.config.*', 'scripts/reporter.js'], rules: { 'import/no-default-export': 'off' } },
  ],
};
