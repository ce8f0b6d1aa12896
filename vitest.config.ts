import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const STATIC_TESTS = 'tests/architecture*.test.ts';
const HALF_A_MINUTE = 30_000;
const THREE_MINUTES = 180_000;

/** What takes longest; begun last, it would keep one core busy and the other one waiting. */
const LONGEST =
  /access\/route-role|demo\/demo|server\/(server|first-start)|fuzz\/forms|durability\/database-kill|browser\/(workshop|road|threads)/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    // four on two cores: a worker waits for PostgreSQL, programs and browsers more than half of its time
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    projects: [
      // what needs no database does not wait for one
      { test: { name: 'static', include: [STATIC_TESTS] } },
      {
        test: {
          name: 'main',
          include: ['tests/**/*.test.ts'],
          exclude: [STATIC_TESTS],
          // the program is loaded once by each worker: nothing of it remembers anything of another application
          isolate: false,
          globalSetup: ['tests/support/global-setup.ts', 'tests/support/browser-setup.ts'],
          // a browser on a busy machine is late; one second, the default, is not enough then
          expect: { poll: { timeout: HALF_A_MINUTE } },
          testTimeout: THREE_MINUTES,
          hookTimeout: THREE_MINUTES,
        },
      },
    ],
  },
});
