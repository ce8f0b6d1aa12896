/** What has to be undone when the bench ends, however it ends; the last thing made goes first. */
export interface Cleanup {
  add(undo: () => Promise<unknown> | unknown): void;
  run(): Promise<void>;
}

export function cleanupList(): Cleanup {
  const undos: (() => Promise<unknown> | unknown)[] = [];
  let running: Promise<void> | undefined;

  async function undoAll(): Promise<void> {
    for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
      try {
        await undo();
      } catch (error) {
        console.error('The bench could not clean up:', error);
      }
    }
  }

  return {
    add(undo) {
      undos.push(undo);
    },
    run() {
      running ??= undoAll();
      return running;
    },
  };
}

/** Ctrl-C and its like: clean up, then end; pressed again, end at once. */
export function cleanUpOnSignal(cleanup: Cleanup): void {
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(130);
      ending = true;
      console.error('\nStopping the bench …');
      cleanup.run().then(() => process.exit(130));
    });
  }
}
