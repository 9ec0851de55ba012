import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ObjectId } from "../../../src/bson.ts";
import { type MessageDocument, messageCollections } from "../../../src/domains/messages/collections.ts";
import { Delivery } from "../../../src/domains/messages/delivery.ts";
import {
  dismiss,
  dismissAll,
  dismissForAnyPlayer,
  getMessage,
  listMessages,
  setStatus,
} from "../../../src/domains/messages/inbox.ts";
import { messagesDomain } from "../../../src/domains/messages/index.ts";
import { newPlayerId, objectIdOf } from "../../../src/ids.ts";
import { Background } from "../../../src/jobs/background.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const NOW = Date.UTC(2026, 0, 2);
const [ada, grace] = [newPlayerId(), newPlayerId()];

let opened: OpenStore;
beforeEach(async () => {
  opened = await engines[0]!.open();
  await prepareCollections(messagesDomain, opened.store);
});
afterEach(() => opened.discard());

/** Inserts a message to Ada that expires at NOW. Returns its id. */
async function keep(more: Partial<MessageDocument> = {}): Promise<string> {
  const _id = new ObjectId();
  const created = new Date(NOW - 1_000);
  const plain = { playerId: objectIdOf(ada), class: "ScriptMessage", body: "{}", created, seen: true };
  await messageCollections(opened.store).messages.insertOne({ _id, ...plain, expires: new Date(NOW), ...more });
  return _id.toHexString();
}
const count = () => messageCollections(opened.store).messages.countDocuments({});
const unknown = { pairs: { messageId: "UNKNOWN" } };

/** Operations on a message. Each refuses with UNKNOWN or returns whether it found the message. */
const WAYS: [what: string, look: (id: string, player: typeof ada, now: number) => Promise<unknown>][] = [
  ["listed", async (_, player, now) => (await listMessages(opened.store, player, {}, now)).length],
  ["read", async (id, player, now) => (await getMessage(opened.store, player, id, now)) && 1],
  ["given a status", async (id, player, now) => (await setStatus(opened.store, player, id, "read", now)) ?? 1],
  ["dismissed", async (id, player, now) => (await dismiss(opened.store, player, id, now)) ?? 1],
  [
    "dismissed with others",
    async (id, player, now) => (await opened.store.transaction((tx) => dismissAll(tx, player, [id], now))).dismissed,
  ],
];

describe("a message can be", () => {
  it.each(WAYS)("%s until the millisecond in which it expires, only by its player", async (_, look) => {
    const id = await keep();
    const found = (player: typeof ada, now: number) =>
      look(id, player, now).catch((error: unknown) => {
        expect(error).toMatchObject(unknown);
        return 0;
      });
    expect(await found(ada, NOW)).toBe(0);
    expect(await found(grace, NOW - 1)).toBe(0);
    expect(await count()).toBe(1);
    expect(await found(ada, NOW - 1)).toBe(1);
  });

  it("dismissed by a script, for any player, until it expires", async () => {
    const id = await keep();
    expect(await dismissForAnyPlayer(opened.store, id, NOW)).toBe(false);
    expect(await count()).toBe(1);
    expect(await dismissForAnyPlayer(opened.store, id, NOW - 1)).toBe(true);
    expect(await dismissForAnyPlayer(opened.store, id, NOW - 1)).toBe(false);
    for (const none of ["", "x", id.toUpperCase(), "$ne"])
      expect(await dismissForAnyPlayer(opened.store, none, 0)).toBe(false);
  });

  it("sent to a waiting player until it expires", async () => {
    await keep({ waiting: true, seen: false });
    const sent = async (now: number) => {
      const taken: string[] = [];
      const background = new Background((error) => {
        throw error;
      });
      const channel = {
        listening: () => true,
        deliver: (_player: unknown, text: string) => taken.push(text),
        broadcast: () => {},
        drained: async () => {},
        terminate: () => {},
      };
      new Delivery(channel, background, () => now).catchUp(opened.store, ada);
      await background.settled();
      return taken;
    };
    expect(await sent(NOW)).toEqual([]);
    expect(await sent(NOW - 1)).toEqual(["{}"]);
    expect(await sent(NOW - 1), "once").toEqual([]);
  });
});

it("a filter uses at most fifty classes and ignores the others", async () => {
  for (const n of [49, 50]) await keep({ class: `C${n}`, body: `{"n":${n}}` });
  const include = Array.from({ length: 51 }, (_, n) => `C${n}`).join(",");
  const found = await listMessages(opened.store, ada, { include }, NOW - 1);
  expect(found.map(({ message }) => message)).toEqual([{ n: 49 }]);
});
