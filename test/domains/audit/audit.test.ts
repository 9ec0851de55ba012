import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ObjectId } from "../../../src/bson.ts";
import { type AuditQuery, auditDomain, listAudit, record } from "../../../src/domains/audit/index.ts";
import { newPlayerId } from "../../../src/ids.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import type { Store } from "../../../src/store/store.ts";
import { ok, type SocialApp, startSocialApp } from "../../support/social.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const NOW = Date.UTC(2026, 0, 2);

describe.each(engines)("the audit on $name", ({ open }) => {
  let opened: OpenStore;
  let store: Store;
  const player = newPlayerId();
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    await prepareCollections(auditDomain, store);
    for (let i = 0; i < 6; i++) {
      await record(store, {
        action: i % 2 === 0 ? "key.created" : "post.canceled",
        by: { door: "layers", keyId: i < 3 ? "key1" : "key2", requestId: `req_${i}` },
        now: NOW + Math.floor(i / 2) * 1000,
        organizationId: i < 4 ? "org_1" : "org_2",
        ...(i === 5 && { player }),
        subject: String(i),
      });
    }
  });
  afterEach(() => opened.discard());

  it.each([
    [{}, ["4", "5", "2", "3", "0", "1"]],
    [{ organizationId: "org_1" }, ["2", "3", "0", "1"]],
    [{ action: "post.canceled" }, ["5", "3", "1"]],
    [{ keyId: "key2", organizationId: "org_1" }, ["3"]],
    [{ player }, ["5"]],
    [{ subject: "2" }, ["2"]],
    [{ since: NOW + 1000, until: NOW + 1000 }, ["2", "3"]],
    [{ limit: 2 }, ["4", "5"]],
    [{ organizationId: "org_3" }, []],
  ] as [Partial<AuditQuery>, string[]][])("lists %o newest first: %j", async (query, subjects) => {
    const found = await listAudit(store, { limit: 100, ...query });
    expect(found.map(({ subject }) => subject)).toEqual(subjects);
  });

  it("continues after a record, also among records of one millisecond", async () => {
    const seen: string[] = [];
    let after: { at: Date; _id: ObjectId } | undefined;
    for (;;) {
      const [next] = await listAudit(store, { limit: 1, after });
      if (!next) break;
      seen.push(next.subject!);
      after = next;
    }
    expect(seen).toEqual(["4", "5", "2", "3", "0", "1"]);
  });
});

describe("what a player's requests leave in the audit", () => {
  let app: SocialApp;
  beforeEach(async () => {
    app = await startSocialApp();
  });
  afterEach(() => app.discard());

  const records = async () => {
    const store = await app.app.services.stores.open("preview");
    return (await listAudit(store, { limit: 100 })).reverse().map(({ action, door, requestId, data }) => ({
      action,
      door,
      requestId,
      data,
    }));
  };

  it("has a record of each connect, switch and disconnect, with the door and the request", async () => {
    const [ada, grace] = [await app.registered(), await app.registered()];
    const token = app.facebookUser("ada", ["grace"]);
    await ok(grace.request("FacebookConnectRequest", { accessToken: app.facebookUser("grace", ["ada"]) }));
    app.app.clock.advance(1);
    await ok(ada.request("FacebookConnectRequest", { accessToken: token, requestId: "connect" }));
    app.app.clock.advance(1);
    await ok(
      grace.request("FacebookConnectRequest", { accessToken: token, switchIfPossible: true, requestId: "switch" }),
    );
    app.app.clock.advance(1);
    await ok(ada.request("SocialDisconnectRequest", { systemId: "FB", requestId: "disconnect" }));
    const ofAda = (await records()).slice(1);
    expect(ofAda).toEqual([
      {
        action: "account.connected",
        door: "socket",
        requestId: "connect",
        data: { platform: "facebook", profileId: expect.stringMatching(/^player:/), externalId: "ada" },
      },
      {
        action: "account.switched",
        door: "socket",
        requestId: "switch",
        data: { systemId: "FB", from: expect.any(String) },
      },
      {
        action: "account.disconnected",
        door: "socket",
        requestId: "disconnect",
        data: {
          platform: "facebook",
          profileId: expect.any(String),
          externalId: "ada",
          reason: "unlinked_by_player",
          canceledPosts: 0,
          friendsRemoved: 1,
        },
      },
    ]);
    expect(JSON.stringify(await records())).not.toContain(token);
  });

  it("has no record of what was refused", async () => {
    const client = await app.device();
    await client.request("SocialDisconnectRequest", { systemId: "FB" });
    await client.request("FacebookConnectRequest", { accessToken: "unknown" });
    expect(await records()).toEqual([]);
  });
});
