import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";

const CHRT_MS = 5_000;

/**
 * Has a process stand back behind everything else on the machine. Linux has a policy for that, SCHED_IDLE, of threads that
 * run only where no other wants to, and stop at once where one does; `chrt` of util-linux sets it. Where that is not to be
 * had the process is left with a low priority: about a tenth of a core where others want it, and its turn is not cut short.
 * Does nothing where the system refuses.
 */
export function standBack(pid: number): void {
  for (const thread of threadsOf(pid)) {
    try {
      setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It has ended, or may not be changed.
    }
  }
  if (process.platform !== "linux") return;
  execFile("chrt", ["-i", "-a", "-p", "0", String(pid)], { timeout: CHRT_MS }, () => {});
}

/** On Linux each thread has a priority of its own, and new ones begin with that of whichever started them. */
function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}
