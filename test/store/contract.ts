import { afterAll, beforeAll, describe } from "vitest";
import type { Store } from "../../src/store/store.ts";
import { aggregates } from "./contract/aggregate.ts";
import { bulk } from "./contract/bulk.ts";
import { crud } from "./contract/crud.ts";
import { cursors } from "./contract/cursors.ts";
import { filters } from "./contract/filters.ts";
import { findAndModify } from "./contract/find-and-modify.ts";
import { indexes } from "./contract/indexes.ts";
import { pipelines } from "./contract/pipelines.ts";
import { places } from "./contract/places.ts";
import { projections } from "./contract/projections.ts";
import { refusals } from "./contract/refusals.ts";
import { stored } from "./contract/stored.ts";
import { transactions } from "./contract/transactions.ts";
import { updates } from "./contract/updates.ts";
import { values } from "./contract/values.ts";

/** Opens a store without documents, with the given bound on transactions; `dispose` removes it. */
export type StoreFactory = (options: { transactionTimeoutMs: number }) => Promise<Opened>;

export interface Opened {
  store: Store;
  dispose(): Promise<void>;
}

/** The store under test; only within tests and hooks. */
export type Subject = () => Store;

/** What every engine keeps; where MongoDB documents a behaviour it is MongoDB's. */
export function storeContract(engine: string, open: StoreFactory): void {
  describe(`store contract: ${engine}`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open({ transactionTimeoutMs: 10_000 });
    });
    afterAll(async () => {
      await opened?.dispose();
    });
    const subject: Subject = () => opened.store;
    crud(subject);
    values(subject);
    stored(subject);
    projections(subject);
    filters(subject);
    cursors(subject);
    updates(subject);
    findAndModify(subject);
    bulk(subject);
    indexes(subject);
    aggregates(subject);
    pipelines(subject);
    places(subject);
    refusals(subject, open);
    transactions(subject, open);
  });
}
