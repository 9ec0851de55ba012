import type { Clock } from "../../clock.ts";
import { StoreError } from "../errors.ts";
import type { BulkOperation, BulkResult, Document, Filter, UpdateResult } from "../store.ts";
import { replacing, updating } from "./change.ts";
import { changeMany, changeOne, deleteMany, deleteOne, importNew, insertAll } from "./changes.ts";
import { compileQuery } from "./compiled-query.ts";
import type { Source } from "./scan.ts";
import type { Steps } from "./turns.ts";
import { isMembers } from "./values.ts";

type Operation = (result: BulkResult) => Steps<void>;

/** Checks all operations first, then runs them in order up to the first one that is refused. */
export function* bulkSteps(source: Source, operations: BulkOperation[], clock: Clock): Steps<BulkResult> {
  if (!Array.isArray(operations) || operations.length === 0) throw bad("bulkWrite needs at least one operation.");
  const compiled: Operation[] = [];
  for (const operation of operations) {
    compiled.push(compile(source, operation, clock));
    if (source.turns.spent()) yield;
  }
  const result: BulkResult = { insertedCount: 0, matchedCount: 0, modifiedCount: 0, deletedCount: 0, upsertedCount: 0 };
  for (const operation of compiled) {
    yield* operation(result);
    if (source.turns.spent()) yield;
  }
  return result;
}

interface Parts {
  filter: Filter;
  update?: Document;
  replacement?: Document;
  document?: Document;
  upsert?: boolean;
  arrayFilters?: Document[];
}

function compile(source: Source, operation: BulkOperation, clock: Clock): Operation {
  const [[name, raw] = [], second] = isMembers(operation) ? Object.entries(operation) : [];
  if (!isMembers(raw) || second !== undefined)
    throw bad("Each operation of bulkWrite must be an object with one name.");
  const parts = raw as unknown as Parts;
  const upsert = parts.upsert === true;
  switch (name) {
    case "insertOne": {
      const document = importNew(parts.document);
      return function* (result) {
        yield* insertAll(source, [document]);
        result.insertedCount++;
      };
    }
    case "updateOne":
    case "updateMany": {
      const { filter, arrayFilters } = parts;
      const query = compileQuery(filter);
      const change = updating(parts.update, { clock, filter, arrayFilters });
      const steps = name === "updateOne" ? changeOne : changeMany;
      return function* (result) {
        count(result, yield* steps(source, query, change, upsert));
      };
    }
    case "replaceOne": {
      const query = compileQuery(parts.filter);
      const change = replacing(parts.replacement);
      return function* (result) {
        count(result, yield* changeOne(source, query, change, upsert));
      };
    }
    case "deleteOne": {
      const query = compileQuery(parts.filter);
      return function* (result) {
        if ((yield* deleteOne(source, query)) !== null) result.deletedCount++;
      };
    }
    case "deleteMany": {
      const query = compileQuery(parts.filter);
      return function* (result) {
        result.deletedCount += yield* deleteMany(source, query);
      };
    }
    default:
      throw bad(`Unknown bulkWrite operation ${name}.`);
  }
}

function count(result: BulkResult, { matchedCount, modifiedCount, upsertedCount }: UpdateResult): void {
  result.matchedCount += matchedCount;
  result.modifiedCount += modifiedCount;
  result.upsertedCount += upsertedCount;
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
