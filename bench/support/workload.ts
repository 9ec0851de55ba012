import type { Bench } from "./bench.ts";

/** One line of the table: a figure of the server beside the same figure of what it is compared with. */
export interface Row {
  what: string;
  unit: string;
  subject: readonly number[];
  /** The other side's figures of the same rounds, in the same order. Empty where there is none. */
  floor: readonly number[];
  /** What it is held to, and whether it keeps that. Without it the line is there to explain another. */
  aim?: { text: string; met: boolean };
}

export interface Workload {
  /** How the command line names it. */
  name: string;
  /** What is measured, beside what. */
  title: string;
  /** It is stopped after this time. */
  limitMs: number;
  /** Notes are printed below the rows. */
  run(bench: Bench): Promise<{ rows: Row[]; notes: string[] }>;
}
