import { mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

const MEMORY = "/dev/shm";
const PREFIX = "rekindle-tests-";
/** Beyond what all tests keep at once. */
const ROOM_BYTES = 4 * 1024 ** 3;

/**
 * Has the tests make their folders in memory where Linux has room there: a store waits for the disk at every write, which is
 * more than half of what a test of a server costs. A process that is killed loses no more there than on a disk, where what
 * it wrote is in the system's memory too. A TMPDIR that is set stays.
 */
export default function setup(): (() => void) | undefined {
  if (process.platform !== "linux" || process.env["TMPDIR"] !== undefined || room() < ROOM_BYTES) return;
  removeOld();
  const folder = mkdtempSync(join(MEMORY, `${PREFIX}${process.pid}-`));
  process.env["TMPDIR"] = folder;
  return () => {
    delete process.env["TMPDIR"];
    rmSync(folder, { recursive: true, force: true });
  };
}

function room(): number {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

/** What runs left that were killed themselves. */
function removeOld(): void {
  for (const name of readdirSync(MEMORY)) {
    const [, pid] = name.startsWith(PREFIX) ? /(\d+)-\w+$/.exec(name)! : [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
