import type { StoreErrorCode } from "../../errors.ts";
import type { Document, Projection, Sort } from "../../store.ts";
import type { IndexInfo } from "../catalog.ts";
import type { EntryChange } from "../records.ts";

/** What an evaluator is to do with documents, as `specToText` writes it. */
export interface Spec {
  filter: Document;
  projection?: Projection | undefined;
  sort?: Sort | undefined;
  change?: ChangeSpec | undefined;
}

export interface ChangeSpec {
  update?: unknown;
  /** In place of an update. */
  replacement?: unknown;
  arrayFilters?: Document[] | undefined;
  /** By the server's clock, in milliseconds. */
  now: number;
  /** The version whose projection is wanted. */
  returns?: "before" | "after" | undefined;
}

/** Documents come and go as text. The last five are of a pipeline, which has the evaluator to itself meanwhile. */
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

/** A document that matches: its place among the texts, its projection where that is another, and what it is sorted by. */
export interface Selected {
  at: number;
  shape?: string;
  key?: string;
}

/** What becomes of a document that matches; without `text` it stays as it is. */
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
