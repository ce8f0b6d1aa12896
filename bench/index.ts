import { spawn } from 'node:child_process';
import { join } from 'node:path';

/*
 * The bench itself is run.ts, in a process of its own: tsx kills a program that does not answer a signal within
 * some hundredths of a second, and the bench is too busy for that while it makes its data. This one always answers.
 */
const bench = spawn(
  process.execPath,
  ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'run.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => bench.kill(signal));
bench.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
