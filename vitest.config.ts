import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'tests/*.test.ts'],
          exclude: ['**/*.journey.test.ts'],
          testTimeout: 20_000,
          // Modules have no state, so files may share them: loading them anew for each takes longer than the tests themselves.
          isolate: false,
        },
      },
      {
        test: {
          name: 'journey',
          include: ['tests/**/*.journey.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          globalSetup: 'tests/build-bundle.ts',
        },
      },
    ],
  },
});
