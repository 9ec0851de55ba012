import { afterEach, beforeEach, expect, it } from "vitest";
import { ObjectId } from "../../../src/bson.ts";
import { type MessageDocument, messageCollections } from "../../../src/domains/messages/collections.ts";
import { Delivery } from "../../../src/domains/messages/delivery.ts";
import { messagesDomain } from "../../../src/domains/messages/index.ts";
import { newPlayerId, objectIdOf } from "../../../src/ids.ts";
import { Background } from "../../../src/jobs/background.ts";
import type { Channel } from "../../../src/kernel/channel.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const NOW = Date.UTC(2026, 0, 2);
const WAITING = 120;
const numbers = Array.from({ length: WAITING }, (_, n) => n);
const player = newPlayerId();

let opened: OpenStore;
let background: Background;
beforeEach(async () => {
  opened = await engines[0]!.open();
  await prepareCollections(messagesDomain, opened.store);
  const waiting = numbers.map(
    (n): MessageDocument => ({
      _id: new ObjectId(),
      playerId: objectIdOf(player),
      class: "ScriptMessage",
      body: `${n}`,
      created: new Date(NOW + n),
      expires: new Date(NOW + 1_000_000),
      seen: false,
      waiting: true,
    }),
  );
  await messageCollections(opened.store).messages.insertMany(waiting.map((message) => ({ ...message })));
  background = new Background((error) => {
    throw error;
  });
});
afterEach(() => opened.discard());

/** A player whose socket accepts `first` messages and then closes. Returns the accepted messages. */
function leavingAfter(first: number) {
  const taken: number[] = [];
  const channel: Channel = {
    listening: () => taken.length < first,
    deliver: (_player, text) => (taken.length < first ? taken.push(Number(text)) && 1 : 0),
    broadcast: () => {},
    drained: async () => {},
    terminate: () => {},
  };
  return { taken, channel };
}

async function connectUntil(first: number): Promise<number[]> {
  const { taken, channel } = leavingAfter(first);
  new Delivery(channel, background, () => NOW).catchUp(opened.store, player);
  await background.settled();
  return taken;
}

const kept = async () => {
  const all = await messageCollections(opened.store)
    .messages.find({}, { sort: { created: 1 } })
    .toArray();
  return {
    seen: all.filter(({ seen }) => seen).map(({ body }) => Number(body)),
    waiting: all.filter(({ waiting }) => waiting).map(({ body }) => Number(body)),
  };
};

it.each([1, 20, 49, 50, 51, 100, 119])(
  "unsent messages wait again if the player disconnects after %d messages",
  async (first) => {
    expect(await connectUntil(first)).toEqual(numbers.slice(0, first));
    expect(await kept()).toEqual({ seen: numbers.slice(0, first), waiting: numbers.slice(first) });
    expect(await connectUntil(WAITING), "and comes at the next login, in order, without a gap").toEqual(
      numbers.slice(first),
    );
    expect(await kept()).toEqual({ seen: numbers, waiting: [] });
  },
);

it("unsent messages wait again if the server stops", async () => {
  const { taken, channel } = leavingAfter(WAITING);
  const closing: Channel = {
    ...channel,
    deliver: (to, text) => {
      if (taken.length === 9) background.closing = true;
      return channel.deliver(to, text);
    },
  };
  new Delivery(closing, background, () => NOW).catchUp(opened.store, player);
  await background.settled();
  expect(taken).toEqual(numbers.slice(0, 10));
  expect(await kept()).toEqual({ seen: numbers.slice(0, 10), waiting: numbers.slice(10) });
});
