// Ctrl-C reaches us twice where npm passes it on as well
const ECHO_MS = 500;
const PARENT_CHECK_MS = 500;

type Undo = () => Promise<void>;
interface Log {
  info(message: string): void;
}

/** What a process has started, and how it is undone when it ends. */
export interface Lifetime {
  /** Steps are undone in the reverse order of their announcement. */
  atEnd(undo: Undo): void;
  /** Undoes everything and ends the process. */
  end(exitCode: number): Promise<void>;
  isEnding(): boolean;
  /** From now on what the process says of its end goes here; before, to the console. */
  sayThrough(log: Log): void;
  /** From now on the process ends in good order as soon as the one that started it is gone. */
  endWithParent(): void;
}

/** Ends the process in good order at SIGINT and SIGTERM, even while it is still starting; twice: at once. */
export function processLifetime(): Lifetime {
  const parent = process.ppid;
  const steps: Undo[] = [];
  let ending = false;
  let toldAt = 0;
  let log: Log = console;

  async function end(exitCode: number): Promise<void> {
    if (ending) return;
    ending = true;
    let code = exitCode;
    for (const undo of steps.reverse()) {
      await undo().catch((error) => {
        console.error(error);
        code = 1;
      });
    }
    process.exit(code);
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending && performance.now() - toldAt > ECHO_MS) process.exit(1);
      if (ending) return;
      toldAt = performance.now();
      log.info('Stopping. Once more to end at once.');
      void end(0);
    });
  }

  function endWithParent(): void {
    onceGone(parent, () => {
      if (ending) return;
      log.info('Stopping: the program that started this one has ended.');
      void end(0);
    });
  }

  function sayThrough(chosen: Log): void {
    log = chosen;
  }

  return { atEnd: (undo) => steps.push(undo), end, isEnding: () => ending, sayThrough, endWithParent };
}

function onceGone(parent: number, then: () => void): void {
  const check = setInterval(() => {
    if (isRunning(parent)) return;
    clearInterval(check);
    then();
  }, PARENT_CHECK_MS);
  check.unref();
}

function isRunning(parent: number): boolean {
  if (process.ppid !== parent) return false;
  // Windows names the same parent for ever
  if (process.platform !== 'win32') return true;
  try {
    return process.kill(parent, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
