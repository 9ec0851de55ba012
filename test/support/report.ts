import { writeSync } from "node:fs";

/**
 * Writes a line to standard output at once, so that it is not lost when the process is killed. Waits while the reader is
 * behind: the pipe does not block, and a line is shorter than what it takes as a whole.
 */
export function report(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}
