import type { Bench } from "./bench.ts";

/** One line of the table: the server's figure and the figure it is compared with. */
export interface Row {
  what: string;
  unit: string;
  subject: readonly number[];
  /** The other side's figures of the same rounds, in the same order. Empty if there is none. */
  floor: readonly number[];
  /** The target, and whether it was met. A line without target explains another one. */
  aim?: { text: string; met: boolean };
}

export interface Workload {
  /** Its name on the command line. */
  name: string;
  /** What is measured, and what it is compared with. */
  title: string;
  /** It is stopped after this time. */
  limitMs: number;
  /** Notes are printed below the rows. */
  run(bench: Bench): Promise<{ rows: Row[]; notes: string[] }>;
}
