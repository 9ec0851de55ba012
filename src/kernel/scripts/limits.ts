/** What ends a script that goes beyond it, by the kind of its failure. `limit` is for those without a kind of their own. */
export const LIMIT_KINDS = ["limit", "timeout", "cpu", "calls", "http-calls", "result", "not-repeatable"] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];
