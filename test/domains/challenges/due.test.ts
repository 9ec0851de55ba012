import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changeChallenge } from "../../../src/domains/challenges/change.ts";
import { DueChallenges } from "../../../src/domains/challenges/due.ts";
import { Messages } from "../../../src/domains/messages/messages.ts";
import type { JobEvent } from "../../../src/jobs/kind.ts";
import { JobRunner } from "../../../src/jobs/runner.ts";
import type { Store } from "../../../src/store/store.ts";
import { type ChallengeApp, type Player, startChallengeApp, untaken } from "./support.ts";

const AT_THE_SAME_TIME = 8;
const MANY = 60;

let app: ChallengeApp;
let ada: Player;
let ids: string[];
beforeEach(async () => {
  app = await startChallengeApp();
  ada = await app.player("ada");
  ids = [];
  for (let n = 0; n < MANY; n++) ids.push(await app.issue(ada, { expiryTime: "2026-01-02T04:04Z" }));
  app.clock.advance(3_600_000);
});
afterEach(() => app.discard());

/** The jobs of a second server on the same store. `begin` is called before each of their transactions. */
async function server(begin: () => Promise<void> | void) {
  const store = await app.services.stores.open("preview");
  const watched: Pick<Store, "collection" | "transaction"> = {
    collection: (name) => store.collection(name),
    transaction: async (work) => {
      await begin();
      return store.transaction(work);
    },
  };
  const events: JobEvent["type"][] = [];
  const jobs = new JobRunner({
    clock: app.clock,
    onEvent: ({ type }) => events.push(type),
    onStoreError: (error) => {
      throw error;
    },
  });
  const due = new DueChallenges({ clock: app.clock, messages: app.services.service(Messages) });
  for (const kind of due.jobs) jobs.add(kind);
  jobs.open("preview", watched as Store);
  const work = async () => {
    await jobs.poll();
    await jobs.settled();
  };
  return { jobs, events, work };
}

const expired = async () => {
  const stored = await Promise.all(ids.map((id) => app.stored(id)));
  return stored.filter(({ state }) => state === "EXPIRED").length;
};

/** The job members of challenges after a poll. */
const jobMembers = async () => {
  const stored = await Promise.all(ids.map((id) => app.stored(id)));
  return stored.flatMap((challenge) =>
    (["due", "claim", "attempts", "freeAttempts"] as const).filter((name) => name in challenge),
  );
};

describe("challenges that are due at the same time", () => {
  it("are changed by one poll, each in its own transaction, several concurrently", async () => {
    let begun = 0;
    const gate = Promise.withResolvers<void>();
    const { jobs } = await server(() => {
      begun++;
      return gate.promise;
    });
    await jobs.poll();
    await expect.poll(() => begun).toBe(AT_THE_SAME_TIME);
    gate.resolve();
    await jobs.settled();
    expect({ begun, expired: await expired(), left: await jobMembers() }).toEqual({
      begun: MANY,
      expired: MANY,
      left: [],
    });
  });

  it("are changed even if some fail, which are retried a second later", async () => {
    let begun = 0;
    const { work, events } = await server(() => {
      begun++;
      if ([1, 5, 30].includes(begun)) throw new Error(`the disk, for ${begun}`);
    });
    await work();
    await work();
    expect({ begun, events, expired: await expired() }).toEqual({
      begun: MANY,
      events: ["failed", "failed", "failed"],
      expired: MANY - 3,
    });
    app.clock.advance(1_000);
    await work();
    expect({ begun, expired: await expired(), left: await jobMembers() }).toEqual({
      begun: MANY + 3,
      expired: MANY,
      left: [],
    });
  });

  it("are changed once if something else changes them while they are claimed", async () => {
    const gate = Promise.withResolvers<void>();
    let begun = 0;
    const { jobs, events } = await server(() => {
      begun++;
      return gate.promise;
    });
    await jobs.poll();
    await expect.poll(() => begun).toBe(AT_THE_SAME_TIME);
    expect(await jobMembers()).toContain("claim");
    const store = await app.services.stores.open("preview");
    const messages = app.services.service(Messages);
    for (const id of ids) {
      const outbox = await store.transaction(async (documents) => {
        const attempt = messages.outbox("preview");
        await changeChallenge({ documents, messages: attempt, now: app.clock.now() }, id, () => {});
        await messages.write(attempt, documents);
        return attempt;
      });
      messages.deliver(outbox);
    }
    expect(await jobMembers(), "the claims are gone").toEqual([]);
    gate.resolve();
    await jobs.settled();
    expect({ events, expired: await expired(), left: await jobMembers() }).toEqual({
      events: [],
      expired: MANY,
      left: [],
    });
    expect(await untaken(app, ada)).toEqual(Array(MANY).fill("Expired"));
  });
});
