import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";

const CHRT_MS = 5_000;

/**
 * Gives a process the lowest priority, best effort. On Linux `chrt` of util-linux sets SCHED_IDLE, under which threads run
 * only when no other thread wants to. Without `chrt`, and on other systems, the process is only made nicer: it still gets
 * about a tenth of a core on a busy machine.
 */
export function lowerPriority(pid: number): void {
  for (const thread of threadsOf(pid)) {
    try {
      setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // The thread has ended, or the system refuses.
    }
  }
  if (process.platform !== "linux") return;
  execFile("chrt", ["-i", "-a", "-p", "0", String(pid)], { timeout: CHRT_MS }, () => {});
}

/** On Linux priorities are per thread, and a new thread inherits that of its creator. */
function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}
