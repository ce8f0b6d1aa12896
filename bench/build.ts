import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../src/lib/paths.ts';

/** Compiles the application as `npm run build` does, and the bare limits beside it: both sides run plain JavaScript. */
export function build(): void {
  for (const project of ['tsconfig.build.json', 'bench/tsconfig.json']) {
    const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc');
    const { status } = spawnSync(process.execPath, [tsc, '-p', project], {
      cwd: projectRoot,
      stdio: 'inherit',
    });
    if (status !== 0) throw new Error(`tsc -p ${project} failed`);
  }
}
