type Undo = () => Promise<unknown> | unknown;

/** What has to be undone when the bench ends, however it ends; the last thing made goes first. */
export interface Cleanup {
  /** Once cleaning has begun, whatever is still made is undone at once. */
  add(undo: Undo): void;
  run(): Promise<void>;
  hasBegun(): boolean;
}

export function cleanupList(): Cleanup {
  const undos: Undo[] = [];
  let running: Promise<void> | undefined;

  async function undoAll(): Promise<void> {
    for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) await attempt(undo);
  }

  return {
    add(undo) {
      if (running === undefined) undos.push(undo);
      else running = running.then(() => attempt(undo));
    },
    run() {
      running ??= undoAll();
      return running;
    },
    hasBegun: () => running !== undefined,
  };
}

async function attempt(undo: Undo): Promise<void> {
  try {
    await undo();
  } catch (error) {
    console.error('The bench could not clean up:', error);
  }
}

// tsx passes on a signal that the terminal has sent to everybody already: two at once are one.
const SAME_SIGNAL_MS = 1000;

/** Ctrl-C and its like: clean up, then end; pressed once more, end at once. */
export function cleanUpOnSignal(cleanup: Cleanup): void {
  let begin: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (begin !== undefined) {
        if (performance.now() - begin > SAME_SIGNAL_MS) process.exit(130);
        return;
      }
      begin = performance.now();
      console.error('\nStopping the bench …');
      cleanup.run().then(() => process.exit(130));
    });
  }
}
