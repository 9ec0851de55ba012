import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";

const CHRT_MS = 5_000;

/**
 * Lowers a process's priority, best effort. SCHED_IDLE, set by `chrt`, lets its threads run only when no other wants
 * to; elsewhere the process is made nicer and still gets about a tenth of a busy core.
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
