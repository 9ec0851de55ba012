import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { messageCollections } from "../../../src/domains/messages/collections.ts";
import { Delivery } from "../../../src/domains/messages/delivery.ts";
import { Messages } from "../../../src/domains/messages/messages.ts";
import type { PlayerId } from "../../../src/ids.ts";
import { Background } from "../../../src/jobs/background.ts";
import type { Channel } from "../../../src/kernel/channel.ts";
import type { Store } from "../../../src/store/store.ts";
import { fakeScripts } from "../../server/fake-scripts.ts";
import { engines, type OpenStore } from "../../support/stores.ts";
import { isMessage, leftover, type MessageApp, nextMessages, ok, resume, startMessageApp } from "./support.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Two servers on one store. */
describe.each(engines)("messages on $name", ({ open }) => {
  let kept: OpenStore;
  let store: Store;
  const apps: MessageApp[] = [];
  beforeEach(async () => {
    kept = await open();
    const { store: inner } = kept;
    store = {
      collection: (name) => inner.collection(name),
      transaction: (work) => inner.transaction(work),
      ping: () => inner.ping(),
      close: async () => {},
    };
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.discard()));
    await kept.discard();
  });

  async function serve(options: Parameters<typeof startMessageApp>[0] = {}): Promise<MessageApp> {
    const app = await startMessageApp({ openStore: async () => store, ...options });
    apps.push(app);
    return app;
  }

  it("are delivered once, in order, if the player logs in on both servers at the same time", async () => {
    const [one, two] = [await serve(), await serve()];
    const [ada, grace] = [await one.player("ada"), await one.player("grace")];
    await ada.close();
    await expect.poll(() => one.services.presence.online([ada.userId as never])).toEqual(new Set());
    await ok(grace.request("SendRequest", { to: [ada.userId], copies: 200 }));
    const login = (app: MessageApp) => app.client({ authToken: ada.authToken! });
    const clients = await Promise.all([login(one), login(two)]);
    const arrived = () => clients.reduce((sum, { inbox }) => sum + inbox.filter(isMessage).length, 0);
    await expect.poll(arrived).toBeGreaterThanOrEqual(200);
    const got: number[] = [];
    for (const client of clients) {
      const part = (await leftover(client)).map((m) => m.data.n as number);
      expect(part).toEqual([...part].sort((a, b) => a - b));
      got.push(...part);
    }
    expect(got.sort((a, b) => a - b)).toEqual(numbers(200));
  });

  it("are claimed by one of several concurrent processes", async () => {
    const app = await serve();
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    await ada.close();
    await expect.poll(() => app.services.presence.online([ada.userId as never])).toEqual(new Set());
    await ok(grace.request("SendRequest", { to: [ada.userId], copies: 200 }));
    const got: string[] = [];
    const nodes = numbers(4).map(() => {
      const channel: Channel = {
        listening: () => true,
        deliver: (_, text) => got.push(text),
        broadcast: () => {},
        drained: async () => {},
        terminate: () => {},
      };
      const background = new Background((error) => got.push(String(error)));
      return { background, delivery: new Delivery(channel, background, () => app.clock.now()) };
    });
    for (const { delivery } of nodes) delivery.catchUp(store, ada.userId as PlayerId);
    await expect.poll(() => got.length).toBeGreaterThanOrEqual(200);
    for (const { background } of nodes) await background.close(5_000);
    expect(got.map((text) => JSON.parse(text).data.n).sort((a, b) => a - b)).toEqual(numbers(200));
  });

  it("can be stored, listed, changed and dismissed", async () => {
    const app = await serve();
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId], copies: 4, extCode: "A" }));
    const sent = await nextMessages(ada, 4);
    const list = async (fields = {}) => (await ok(ada.request("ListMessageDetailRequest", fields))).messageList;
    expect((await list()).map((m: { message: unknown }) => m.message)).toEqual([...sent].reverse());
    await ok(ada.request("UpdateMessageRequest", { messageId: sent[2]!.messageId, status: "read" }));
    expect(await list({ status: "read", include: "ScriptMessage_A" })).toMatchObject([{ id: sent[2]!.messageId }]);
    await ok(ada.request("DismissMessageRequest", { messageId: sent[2]!.messageId }));
    const messageIds = [sent[0]!.messageId, sent[2]!.messageId];
    const dismissed = await ok(ada.request("DismissMultipleMessagesRequest", { messageIds }));
    expect(dismissed).toMatchObject({ messagesDismissed: 1, failedDismissals: [sent[2]!.messageId] });
    expect(await list({ include: "ScriptMessage_A,Nothing" })).toHaveLength(2);
    await ada.request("SendRequest", { to: [ada.userId], afterwards: "refuse" });
    expect(await app.kept(ada.userId)).toHaveLength(2);
  });

  it("whose scripts run on two servers reach each player once", async () => {
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const slow = fakeScripts({
      "message-user/ScriptMessage": async ({ player }) => {
        reached.resolve();
        await gate.promise;
        return { playerChanges: { scriptData: { set: { [`by slow ${player!.userName}`]: 1 }, removed: [] } } };
      },
    });
    const quick = fakeScripts({ "message-user/ScriptMessage": () => ({ scriptData: { by: "quick" } }) });
    const [one, two] = [await serve({ cloudCode: slow }), await serve({ cloudCode: quick })];
    const [ada, grace] = [await one.player("ada"), await two.player("grace")];
    await ok(ada.request("SendRequest", { to: [ada.userId, grace.userId] }));
    await reached.promise;
    // The second server takes over the expired lease; then the first continues.
    await resume(two);
    expect(await leftover(grace)).toEqual([]);
    two.clock.advance(60_000);
    await resume(two);
    expect((await nextMessages(grace, 1))[0]!.scriptData).toEqual({ by: "quick" });
    gate.resolve();
    const ran = () =>
      one.services.metrics.scripts.get("message-user/ScriptMessage")?.timing.counts.reduce((a, b) => a + b);
    await expect.poll(ran).toBe(1);
    await one.services.service(Messages).close(5_000);
    expect(await messageCollections(store).outgoing.countDocuments({})).toBe(0);
    for (const player of [ada, grace]) {
      expect(await one.kept(player.userId)).toHaveLength(1);
      expect(await ok(player.request("AccountDetailsRequest"))).not.toHaveProperty("scriptData");
    }
  });

  it("whose script has no host on one server are taken over by another", async () => {
    let isThere = false;
    const busy = fakeScripts({
      "message-user/ScriptMessage": () =>
        isThere ? {} : { failure: { kind: "unavailable", message: "none is free" } },
    });
    const free = fakeScripts({ "message-user/ScriptMessage": () => ({ scriptData: { by: "free" } }) });
    const [one, two] = [await serve({ cloudCode: busy }), await serve({ cloudCode: free })];
    const [ada, grace] = [await one.player("ada"), await two.player("grace")];
    await ok(ada.request("SendRequest", { to: [grace.userId] }));
    await expect.poll(() => busy.runs.length).toBeGreaterThan(1);
    two.clock.advance(60_000);
    await resume(two);
    expect((await nextMessages(grace, 1))[0]!.scriptData).toEqual({ by: "free" });
    isThere = true;
    const runs = busy.runs.length;
    await one.services.service(Messages).settled();
    expect(busy.runs).toHaveLength(runs);
    expect(await leftover(grace)).toEqual([]);
    expect(await one.kept(grace.userId)).toHaveLength(1);
    expect(await messageCollections(store).outgoing.countDocuments({})).toBe(0);
    await ok(ada.request("SendRequest", { to: [ada.userId] }));
    expect(await nextMessages(ada, 1)).toHaveLength(1);
  });
});
