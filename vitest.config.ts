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
