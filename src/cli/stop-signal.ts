/** npm and the terminal may both forward one Ctrl-C. A signal this soon after the first counts as the same one. */
const SAME_SIGNAL_MS = 1_000;
const PARENT_CHECK_MS = 500;
const CUT_SHORT = 1;

/**
 * Resolves when the server should stop: on SIGINT or SIGTERM, or when its parent has exited. The parent is npm, or the
 * published package's launcher (`bin/rekindle.cjs`), which opens an IPC channel. npm signals the shell between it and
 * the server, and that shell exits without forwarding the signal. A second signal exits immediately.
 */
export function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let stoppedAt: number | undefined;
  const stop = () => {
    clearInterval(watch);
    stoppedAt ??= performance.now();
    resolve();
  };
  const onSignal = () => {
    if (stoppedAt !== undefined && performance.now() - stoppedAt > SAME_SIGNAL_MS) process.exit(CUT_SHORT);
    stop();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  if (process.connected) process.once("disconnect", stop).channel?.unref();
  const watch = process.env["npm_lifecycle_event"] === undefined ? undefined : whenParentEnds(stop);
  return promise;
}

/** An orphan gets another parent without any event, so poll. On Windows the parent's id never changes. */
function whenParentEnds(then: () => void): NodeJS.Timeout {
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) then();
  }, PARENT_CHECK_MS).unref();
}
