/** The limits that end a script. `limit` covers those without a kind of their own. */
export const LIMIT_KINDS = ["limit", "timeout", "cpu", "calls", "http-calls", "result", "not-repeatable"] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];
