import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { projectRoot } from '../../src/lib/paths.ts';

const LONGEST_MS = 120_000;
const STEP_MS = 50;

/**
 * A program of ours (`server`, `cli/index`) compiled as `npm start` runs it. The first test of a run that needs one
 * compiles, the others wait: starting from the sources costs two seconds each time.
 */
export function compiledProgram(name: string): string {
  const folder = inject('compiledFolder');
  const finished = join(folder, 'finished');
  if (isFirst(folder)) {
    compile(folder);
    writeFileSync(finished, '');
  }
  for (let waited = 0; !existsSync(finished); waited += STEP_MS) {
    if (waited > LONGEST_MS) throw new Error('The program was not compiled in time');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STEP_MS);
  }
  return join(folder, 'src', `${name}.js`);
}

function isFirst(folder: string): boolean {
  mkdirSync(dirname(folder), { recursive: true });
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Types are the business of `npm run check`: looking at them takes five times as long as everything else. */
function compile(folder: string): void {
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin/tsc',
  );
  const args = ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', folder];
  const buildInfo = ['--tsBuildInfoFile', join(folder, '.tsbuildinfo')];
  execFileSync(process.execPath, [compiler, ...args, ...buildInfo], { cwd: projectRoot, stdio: 'pipe' });
}
