import { defineConfig } from 'vitest/config';

const BROWSER_TESTS = 'tests/browser/**/*.test.ts';
const THREE_MINUTES = 180_000;

export default defineConfig({
  test: {
    // two at a time: a machine with two cores must not let anybody starve
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'main',
          include: ['tests/**/*.test.ts'],
          exclude: [BROWSER_TESTS],
          globalSetup: 'tests/support/global-setup.ts',
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: [BROWSER_TESTS],
          globalSetup: 'tests/support/global-setup.ts',
          // one browser at a time, and only when the others are done
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: THREE_MINUTES,
          hookTimeout: THREE_MINUTES,
        },
      },
    ],
  },
});
