/** For queries on a busy machine; tests of the deadline set their own. */
export const PATIENT_MS = 30_000;
