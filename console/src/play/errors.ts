import type { CatalogueError, CatalogueRequest } from "../api/types.ts";
import type { Frame } from "./frame.ts";

/** An error of a response, with its words from the catalogue. */
export interface ShownError {
  key: string;
  value: string;
  meaning: string;
  cure: string;
  /** Neither the request nor the server documents it: a script has set it. */
  isOfScript: boolean;
}

export interface Outcome {
  name: string;
  isOk: boolean;
  tookMs: number | undefined;
  errors: ShownError[];
  detail: string | undefined;
  errorId: string | undefined;
}

const NOT_ERRORS = new Set(["detail", "errorId"]);
/** Short codes of the game take the place of this key. */
const ATTRIBUTE = "ATTRIBUTE";

export function outcomeOf(
  response: Frame,
  request: CatalogueRequest | undefined,
  general: readonly CatalogueError[],
  tookMs: number | undefined,
): Outcome {
  const error = response["error"];
  const pairs: Frame = typeof error === "object" && error !== null ? (error as Frame) : {};
  const fields = new Set(Object.keys(request?.fields.properties ?? {}));
  const documented = [...(request?.errors ?? []), ...general];
  return {
    name: String(response["@class"] ?? "").replace(/^\./, ""),
    isOk: error === undefined,
    tookMs,
    errors: Object.entries(pairs)
      .filter(([key]) => !NOT_ERRORS.has(key))
      .map(([key, value]) => shown(key, valueText(value), documented, fields)),
    detail: typeof pairs["detail"] === "string" ? pairs["detail"] : undefined,
    errorId: typeof pairs["errorId"] === "string" ? pairs["errorId"] : undefined,
  };
}

function shown(key: string, value: string, documented: readonly CatalogueError[], fields: Set<string>): ShownError {
  const known =
    documented.find((one) => one.key === key && one.value === value) ??
    documented.find((one) => one.key === ATTRIBUTE && one.value === value);
  if (known) return { key, value, meaning: known.meaning, cure: known.cure, isOfScript: false };
  // Fields that are missing or of a wrong type are refused under their names, in any request.
  const isField = fields.has(key.split(".")[0] ?? "");
  if (isField && value === "REQUIRED") {
    return { key, value, meaning: "The field is missing.", cure: "Fill it in.", isOfScript: false };
  }
  if (isField && value === "INVALID") {
    return {
      key,
      value,
      meaning: "The field has a value of another type.",
      cure: "See its description.",
      isOfScript: false,
    };
  }
  return {
    key,
    value,
    meaning: "A script of the game set this error.",
    cure: "Read the script to see when.",
    isOfScript: true,
  };
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
