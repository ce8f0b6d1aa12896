import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const STATIC_TESTS = 'tests/architecture*.test.ts';
const BROWSER_TESTS = 'tests/browser/**/*.test.ts';
const TEN_SECONDS = 10_000;
const THREE_MINUTES = 180_000;

/** What takes longest; begun last, it would keep one core busy and the other one waiting. */
const LONGEST =
  /access\/route-role|server\/(server|first-start)|fuzz\/forms|durability\/database-kill|browser\/(workshop|road)/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    // three on two cores: a worker waits for PostgreSQL, programs and browsers half of its time
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      // what needs no database does not wait for one
      { test: { name: 'static', include: [STATIC_TESTS] } },
      {
        test: {
          name: 'main',
          include: ['tests/**/*.test.ts'],
          exclude: [STATIC_TESTS, BROWSER_TESTS],
          // the program is loaded once by each worker: nothing of it remembers anything of another application
          isolate: false,
          globalSetup: 'tests/support/global-setup.ts',
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: [BROWSER_TESTS],
          isolate: false,
          globalSetup: ['tests/support/global-setup.ts', 'tests/support/browser-setup.ts'],
          // only when the others are done: browsers want the processor for themselves
          sequence: { groupOrder: 1 },
          // a browser on a busy machine is late; one second, the default, is not enough then
          expect: { poll: { timeout: TEN_SECONDS } },
          testTimeout: THREE_MINUTES,
          hookTimeout: THREE_MINUTES,
        },
      },
    ],
  },
});
