import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import type { StoreErrorCode } from "../../../src/store/errors.ts";
import { StoreError } from "../../../src/store/errors.ts";
import type { Collection, Document, Documents } from "../../../src/store/store.ts";

/** A collection that no other test uses. */
export function fresh(documents: Documents): Collection {
  return documents.collection(`t${randomBytes(6).toString("hex")}`);
}

/** The same with documents in it, whose `_id` is their position unless they have one. */
export async function filled(documents: Documents, contents: Document[]): Promise<Collection> {
  const collection = fresh(documents);
  await collection.insertMany(contents.map((document, i) => ({ _id: i, ...document })));
  return collection;
}

/** The `_id`s of what matches, in order of `_id`. */
export async function idsOf(collection: Collection, filter: Document): Promise<unknown[]> {
  const found = await collection.find(filter, { projection: { _id: 1 }, sort: { _id: 1 } }).toArray();
  return found.map(({ _id }) => _id);
}

/** The error with which the promise is rejected, which must be a StoreError of that code. */
export async function refusal(promise: Promise<unknown>, code: StoreErrorCode): Promise<StoreError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  expect(outcome).toHaveProperty("error");
  const { error } = outcome as { error: unknown };
  expect(error).toBeInstanceOf(StoreError);
  expect((error as StoreError).message).not.toBe("");
  expect((error as StoreError).code).toBe(code);
  return error as StoreError;
}
