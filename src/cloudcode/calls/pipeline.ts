import { isObject } from "../../kernel/scripts/arguments.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { queryPattern } from "../../kernel/scripts/patterns.ts";
import type { Document } from "../../store/store.ts";
import { fullName } from "./namespaces.ts";

/** Stages that name another collection, and the member that does. */
const OTHERS: Readonly<Record<string, string>> = { $lookup: "from", $graphLookup: "from", $unionWith: "coll" };
const REFUSED = new Set(["$out", "$merge", "$where", "$function", "$accumulator", "$currentOp", "$documents"]);
const MAX_STAGES = 100;

/** Checks a pipeline: other collections must be in the same namespace, and stages may neither write nor run code. */
export function pipelineOf(namespace: string, stages: unknown[]): Document[] {
  const flat = stages.flat();
  if (flat.length > MAX_STAGES) throw new CallError(`A pipeline may have at most ${MAX_STAGES} stages.`);
  return flat.map((stage) => {
    if (!isObject(stage)) throw new CallError("A stage of a pipeline must be an object with one name.");
    return within(namespace, stage) as Document;
  });
}

function within(namespace: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => within(namespace, item));
  if (!isObject(value)) return value;
  const copy: Document = {};
  for (const [key, member] of Object.entries(value)) {
    if (REFUSED.has(key)) throw new CallError(`${key} is not supported in scripts.`);
    if (/^\$regex(Match|Find|FindAll)$/.test(key)) {
      copy[key] = matching(namespace, key, member);
      continue;
    }
    const other = Object.hasOwn(OTHERS, key) ? OTHERS[key] : undefined;
    copy[key] = other === undefined ? within(namespace, member) : joined(namespace, key, other, member);
  }
  return copy;
}

/** A regular expression operator. Its pattern must be a literal, so that it can be checked. */
function matching(namespace: string, operator: string, value: unknown): unknown {
  if (!isObject(value) || typeof value["regex"] !== "string") throw new CallError(`${operator} needs a regex as text.`);
  const { $regex, $options } = queryPattern(value["regex"], value["options"] ?? "");
  return { ...(within(namespace, value) as Document), regex: $regex, options: $options };
}

function joined(namespace: string, stage: string, member: string, value: unknown): unknown {
  if (namespace === "system") throw new CallError(`${stage} is not supported on system collections.`);
  const options = typeof value === "string" && stage === "$unionWith" ? { [member]: value } : value;
  if (!isObject(options) || typeof options[member] !== "string") {
    throw new CallError(`${stage} must name a collection as ${member}.`);
  }
  const prefix = `${namespace}.`;
  const name = options[member];
  const short = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return { ...(within(namespace, options) as Document), [member]: fullName(namespace, short) };
}
