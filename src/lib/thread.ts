import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a thread that runs the module `name` (without extension) beside the module with the address `here`
 * (`import.meta.url`): compiled or, while developing and testing, as TypeScript, which a new thread must be taught.
 */
export function startThread(here: string, name: string, options: WorkerOptions): Worker {
  if (here.endsWith('.js')) return new Worker(new URL(`${name}.js`, here), options);
  const source = new URL(`${name}.ts`, here).href;
  const teach = `import('tsx/esm/api').then((tsx) => { tsx.register(); return import('${source}'); })`;
  return new Worker(teach, { ...options, eval: true });
}
