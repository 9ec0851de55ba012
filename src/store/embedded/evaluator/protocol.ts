import type { StoreErrorCode } from "../../errors.ts";
import type { Document, Projection, Sort } from "../../store.ts";
import type { IndexInfo } from "../catalog.ts";
import type { EntryChange } from "../records.ts";

export interface Spec {
  filter: Document;
  projection?: Projection | undefined;
  sort?: Sort | undefined;
  change?: ChangeSpec | undefined;
}

export interface ChangeSpec {
  update?: unknown;
  replacement?: unknown;
  arrayFilters?: Document[] | undefined;
  now: number;
  returns?: "before" | "after" | undefined;
}

/** Documents are sent as text. The last five requests are for a pipeline, which has the evaluator to itself. */
export type Request =
  | { what: "select"; spec: string; texts: string[]; isSorted: boolean }
  | { what: "change"; spec: string; texts: string[]; indexes: readonly IndexInfo[] }
  | { what: "create"; spec: string }
  | { what: "begin"; spec: string }
  | { what: "add"; texts: string[]; collection: string | undefined }
  | { what: "run"; stages: string }
  | { what: "join values"; lookup: string }
  | { what: "join"; lookup: string }
  | { what: "take" };

/** A matching document: its index in the texts, its projection if different, and its sort key. */
export interface Selected {
  at: number;
  shape?: string;
  key?: string;
}

/** The result for a matching document. Without `text` it is unchanged. */
export interface Changed {
  at: number;
  text?: string;
  entries?: EntryChange[];
  shape?: string;
}

export interface Created {
  text: string;
  shape: string;
}

export type Reply = { result: unknown } | { code: StoreErrorCode; message: string; details: Record<string, unknown> };
