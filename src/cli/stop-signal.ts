/** npm and a terminal may both pass on one Ctrl-C; what comes this soon after the first is not somebody's second. */
const SAME_SIGNAL_MS = 1_000;
const PARENT_CHECK_MS = 500;
/** The exit code of a stop that was cut short. */
const CUT_SHORT = 1;

/**
 * Resolves when the server should stop: at SIGINT or SIGTERM, or when what started it is gone: npm, or the published
 * package's launcher (`bin/rekindle.cjs`), which has a channel to this process. npm passes a signal on to
 * the shell between it and the server, and that shell ends without telling the server. A second signal ends the process
 * at once.
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

/** An orphan is given to another parent; nothing tells it, so it looks. On Windows the parent's id stays. */
function whenParentEnds(then: () => void): NodeJS.Timeout {
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) then();
  }, PARENT_CHECK_MS).unref();
}
