import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";

/**
 * Gives a process a low priority: where nothing else wants the processor it has all of it, else about a tenth. Linux has one for each thread, and new threads begin with that of whichever started
 * them: so this covers all that the process has, and all that these start. Does nothing where the system refuses.
 */
export function lowerPriority(pid: number): void {
  for (const thread of threadsOf(pid)) {
    try {
      setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It has ended, or may not be changed.
    }
  }
}

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}
