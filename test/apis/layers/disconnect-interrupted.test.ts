import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { social } from "../../../src/domains/social/index.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import type { Store } from "../../../src/store/store.ts";
import { type ApisApp, startApisApp } from "../../support/apis.ts";
import { type Loss, MortalStore } from "../../support/mortal-store.ts";

/**
 * `DELETE /v1/social-accounts/…` whose server fails after each of its operations on the store. Nothing has happened, or all
 * of it; and the client, who repeats the call with the same Idempotency-Key, gets the number of posts that were canceled.
 */
let folder: string;
let inner: Store;
let mortal: MortalStore;
let world: ApisApp;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-interrupted-"));
  inner = await openEmbeddedStore({ path: join(folder, "preview.db") });
  mortal = new MortalStore(inner);
  world = await startApisApp({ openStore: async () => mortal.store });
});
afterAll(async () => {
  mortal.revive();
  await world.discard();
  await inner.close();
  await rm(folder, { recursive: true });
});

describe.each<Loss>(["all", "one reply"])("an interrupted disconnect that loses %s", (loss) => {
  it("is done completely or not at all, and a repetition has the first outcome", async () => {
    const seen = new Set<string>();
    for (let n = 1; ; n++) {
      const account = await world.account(world.mine);
      for (let i = 0; i < 2; i++) await world.post(world.mine, [account], "layers");
      const call = () =>
        world.send("DELETE", `/v1/social-accounts/sa_${account._id}`, {
          key: world.mine.key,
          headers: { "idempotency-key": `${loss} ${n}` },
        });
      mortal.dieAfter(n, loss);
      const first = await call();
      const { hasDied } = mortal;
      mortal.revive();
      if (hasDied) {
        expect([500, 503]).toContain(first.status);
        expect(first.body.error.code).toBe("INTERNAL");
      }
      const { status } = (await social(inner).accounts.findOne({ _id: account._id }))!;
      const posts = await social(inner).posts.find({ "targets.accountId": account._id }).toArray();
      const states = new Set(posts.map((post) => post.status));
      expect([...states]).toEqual([status === "connected" ? "queued" : "canceled"]);
      seen.add(`${hasDied ? "interrupted" : "finished"}, ${status}`);

      const again = await call();
      expect([again.status, again.body.canceledScheduledPosts]).toEqual([200, 2]);
      if (!hasDied) break;
      expect(n).toBeLessThan(60);
    }
    const expected = ["interrupted, connected", "finished, disconnected"];
    // A reply to the commit is lost: the work is done, and the client does not know it.
    if (loss === "one reply") expected.push("interrupted, disconnected");
    expect([...seen].sort()).toEqual(expect.arrayContaining(expected.sort()));
  });
});
