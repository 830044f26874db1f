const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Waits for the first signal that asks to stop; a second one ends the process at once. */
export function stopRequested(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      // Without a listener the next signal does what signals do.
      for (const each of SIGNALS) process.off(each, stop);
      resolve(signal);
    };
    for (const each of SIGNALS) process.on(each, stop);
  });
}

/** Calls `act` at every SIGHUP, which would else end the process. */
export function onHangup(act: () => void): Disposable {
  process.on('SIGHUP', act);
  return { [Symbol.dispose]: () => void process.off('SIGHUP', act) };
}

/** A signal for work that tidies up after itself when it is asked to stop; a second one ends the process at once. */
export function whenStopped(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const stop = (): void => {
    for (const each of SIGNALS) process.off(each, stop);
    controller.abort();
  };
  for (const each of SIGNALS) process.on(each, stop);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const each of SIGNALS) process.off(each, stop);
    },
  };
}
