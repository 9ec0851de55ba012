import type { Sort } from "../../store.ts";
import { parsePath } from "../paths.ts";
import { compareSortValues, compileSort, sortValues } from "../sort.ts";
import { isMembers, type Members, member, setMember } from "../values.ts";
import type { Library, Stage } from "./context.ts";
import { bad, namedOperands, wholeOf } from "./operand.ts";

/** Stages that mingo implements incorrectly, or differently from a find. */
export function stages({ evalExpr, Lazy, stages: mingo }: Library): Record<string, Stage> {
  const addFields: Stage = (documents, spec, options) => {
    const fields = flat(spec).map(([path, raw]) => [parsePath(path), raw] as const);
    return documents.map((document: Members) =>
      fields.reduce<unknown>((result, [path, raw]) => setAt(result, path, evalExpr(document, raw, options)), document),
    );
  };
  return {
    $addFields: addFields,
    $set: addFields,
    $sort: (documents, spec) => documents.transform<Members>((all) => Lazy(sorted(all, spec))),
    $group: (documents, spec, options) => {
      if (!isMembers(spec) || spec._id === undefined)
        throw bad("$group needs an _id. Use null to group all documents.");
      for (const key of Object.keys(spec)) if (key.includes(".")) throw bad(`$group: "${key}" must not contain a dot.`);
      return mingo.$group!(documents, { ...spec, _id: { $ifNull: [spec._id, null] } }, options);
    },
    $bucket: (documents, spec, options) => {
      if (!isMembers(spec)) throw bad("$bucket needs an object.");
      const { output = { count: { $sum: 1 } } } = spec;
      const counted = { ...spec, output: { ...(output as Members), [SIZE]: { $sum: 1 } } };
      const filled = mingo.$bucket!(documents, counted, options).filter((bucket: Members) => bucket[SIZE] !== 0);
      return filled.map(({ [SIZE]: _, ...bucket }: Members) => bucket);
    },
    $count: (documents, name, options) =>
      documents.transform((all) => (all.length === 0 ? Lazy(all) : mingo.$count!(Lazy(all), name, options))),
    $sample: (documents, spec) => {
      const size = wholeOf(namedOperands(spec, "$sample", ["size"])["size"], "$sample", "size", 1);
      return documents.transform((all) => Lazy(sampled(all, size)));
    },
    $unwind: (documents, spec, options) => {
      const path = isMembers(spec) ? spec["path"] : spec;
      if (typeof path !== "string" || !path.startsWith("$")) throw bad("$unwind: path must begin with $.");
      return mingo.$unwind!(documents, spec, options);
    },
    $project: (documents, spec, options) =>
      mingo.$project!(documents, spec, options).map((document: Members) =>
        "_id" in document ? { _id: document._id, ...document } : document,
      ),
    $redact: (documents, spec, options) =>
      mingo.$redact!(documents, spec, options).filter((document) => document !== undefined),
    $limit: (documents, count, options) => mingo.$limit!(documents, wholeOf(count, "$limit", "it", 1), options),
    $skip: (documents, count, options) => mingo.$skip!(documents, wholeOf(count, "$skip", "it", 0), options),
  };
}

/** The field that counts a bucket. Documents cannot have this name. */
const SIZE = "\0size";

/** Samples without replacement. */
function sampled<T>(all: T[], size: number): T[] {
  const drawn = all.map((item) => ({ item, lot: Math.random() })).sort((a, b) => a.lot - b.lot);
  return drawn.slice(0, size).map(({ item }) => item);
}

/** Flattens `{a: {b: 1}}` to `{"a.b": 1}`, which keeps the rest of `a`. An object of operators is an expression. */
function flat(spec: unknown, path = ""): [string, unknown][] {
  const keys = isMembers(spec) && !(spec instanceof RegExp) ? Object.keys(spec) : [];
  if (path !== "" && (keys.length === 0 || keys[0]!.startsWith("$"))) return [[path, spec]];
  return keys.flatMap((key) => flat((spec as Members)[key], path === "" ? key : `${path}.${key}`));
}

/** A copy with the value set, in each element of arrays on the path. A missing value removes the field. */
function setAt(target: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  if (Array.isArray(target)) return target.map((item) => setAt(item, [name, ...rest], value));
  const copy = isMembers(target) ? { ...target } : {};
  const inner = setAt(member(copy, name), rest, value);
  if (inner === undefined) delete copy[name];
  else setMember(copy, name, inner);
  return copy;
}

export function sorted(documents: Members[], spec: unknown): Members[] {
  if (!isMembers(spec)) throw bad("$sort needs an object of fields.");
  const keys = compileSort(spec as Sort);
  return documents
    .map((document) => ({ document, values: sortValues(document, keys) }))
    .sort((a, b) => compareSortValues(a.values, b.values, keys))
    .map(({ document }) => document);
}
