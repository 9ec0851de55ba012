import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DueChallenges } from "../../../src/domains/challenges/due.ts";
import { Messages } from "../../../src/domains/messages/messages.ts";
import type { Store } from "../../../src/store/store.ts";
import { type ChallengeApp, startChallengeApp } from "./support.ts";

/** As many as are carried on side by side. */
const SIDE_BY_SIDE = 8;
/** More than one read finds. */
const MANY = 60;

let app: ChallengeApp;
let ids: string[];
beforeEach(async () => {
  app = await startChallengeApp();
  const ada = await app.player("ada");
  ids = [];
  for (let n = 0; n < MANY; n++) ids.push(await app.issue(ada, { expiryTime: "2026-01-02T04:04Z" }));
  app.clock.advance(3_600_000);
});
afterEach(() => app.discard());

/** What looks at the server's challenges, by transactions that `begin` is asked for. */
async function looking(begin: () => Promise<void> | void) {
  const store = await app.services.stores.open("preview");
  const watched: Pick<Store, "collection" | "transaction"> = {
    collection: (name) => store.collection(name),
    transaction: async (work) => {
      await begin();
      return store.transaction(work);
    },
  };
  const failures: unknown[] = [];
  const due = new DueChallenges({
    clock: app.clock,
    messages: app.services.service(Messages),
    failed: (error) => failures.push(error),
  });
  due.opened("preview", watched as Store);
  return { due, failures };
}

const expired = async () => {
  const stored = await Promise.all(ids.map((id) => app.stored(id)));
  return stored.filter(({ state }) => state === "EXPIRED").length;
};

describe("challenges that are due at once", () => {
  it("are all carried on by one look, each in one transaction, some side by side", async () => {
    let begun = 0;
    const gate = Promise.withResolvers<void>();
    const { due } = await looking(() => {
      begun++;
      return gate.promise;
    });
    const look = due.poll();
    await expect.poll(() => begun).toBe(SIDE_BY_SIDE);
    gate.resolve();
    await look;
    expect(begun).toBe(MANY);
    expect(await expired()).toBe(MANY);
  });

  it("are carried on without those that fail, which the next look tries again", async () => {
    let begun = 0;
    const { due, failures } = await looking(() => {
      begun++;
      if ([1, 5, 30].includes(begun)) throw new Error(`the disk, for ${begun}`);
    });
    await due.poll();
    expect(failures).toHaveLength(3);
    expect(begun).toBe(MANY);
    expect(await expired()).toBe(MANY - 3);
    await due.poll();
    expect(begun).toBe(MANY + 3);
    expect(await expired()).toBe(MANY);
  });

  it("where fifty fail, are left to the next look", async () => {
    let begun = 0;
    const { due, failures } = await looking(() => {
      begun++;
      throw new Error("the disk");
    });
    await due.poll();
    expect([begun, failures.length]).toEqual([50, 50]);
  });

  it("do not hold up a stop: none is begun after it", async () => {
    let begun = 0;
    const gate = Promise.withResolvers<void>();
    const { due } = await looking(() => {
      begun++;
      return gate.promise;
    });
    const look = due.poll();
    await expect.poll(() => begun).toBe(SIDE_BY_SIDE);
    void due.drain();
    gate.resolve();
    await look;
    expect(begun).toBe(SIDE_BY_SIDE);
    expect(await expired()).toBe(SIDE_BY_SIDE);
  });
});
