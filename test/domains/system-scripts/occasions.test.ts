import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Claim, claim, Lost, occasionCollection } from "../../../src/domains/system-scripts/occasions.ts";
import type { Store } from "../../../src/store/store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms);
const due = (ms: number) => ({ ripe: { due: { $lt: at(ms) } }, begun: { due: at(ms) } });
const taken = (found: Claim | string): found is Claim => typeof found !== "string";

describe.each(engines)("claims of a script on $name", ({ open }) => {
  let opened: OpenStore;
  let store: Store;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });
  afterEach(() => opened.discard());
  const claimFor = (ms: number, now = ms) =>
    claim(store, "GS_MINUTE", { ...due(ms), now: at(now), until: at(now + 500) });
  const end = (claimed: Claim | string, update = {}) =>
    store.transaction(async (tx) => {
      if (!taken(claimed)) throw new Error(`not taken: ${claimed}`);
      await claimed.end(tx, update);
    });

  it.each(["the first time", "later"])("%s are had by one of many", async (when) => {
    if (when === "later") await end(await claimFor(0));
    const found = await Promise.all(Array.from({ length: 10 }, () => claimFor(1_000)));
    expect(found.filter(taken)).toHaveLength(1);
    expect(await claimFor(1_000)).toBe("over");
  });

  it("are not had while another run goes on, and then are", async () => {
    const first = await claimFor(1_000);
    expect(await claimFor(2_000, 1_499)).toBe("busy");
    await end(first, { $set: { seen: ["x"] } });
    const second = await claimFor(2_000, 1_499);
    expect(taken(second)).toBe(true);
    await end(second);
    expect(await occasionCollection(store).findOne({})).toEqual({ _id: "GS_MINUTE", due: at(2_000), seen: ["x"] });
  });

  it("are lost to another when they are over, unless they were extended", async () => {
    const first = await claimFor(1_000);
    if (taken(first)) await first.extend(at(5_000));
    expect(await claimFor(2_000)).toBe("busy");
    const second = await claimFor(6_000);
    expect(taken(second)).toBe(true);
    await expect(end(first)).rejects.toThrow(Lost);
    await end(second);
  });
});
