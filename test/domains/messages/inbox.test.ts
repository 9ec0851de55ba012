import { expect, it } from "vitest";
import { messageCollections } from "../../../src/domains/messages/collections.ts";
import { listMessages, type MessageQuery } from "../../../src/domains/messages/inbox.ts";
import { newPlayerId, objectIdOf } from "../../../src/ids.ts";
import { engines } from "../../support/stores.ts";

it.each([
  ["an operator", { $gt: "" }],
  ["a regular expression", { $regex: "^re" }],
])("%s for a status matches no message, even without validation", async (_, status) => {
  const { store, discard } = await engines[0]!.open();
  const player = newPlayerId();
  const now = Date.now();
  const at = { created: new Date(now), expires: new Date(now + 60_000) };
  const message = {
    playerId: objectIdOf(player),
    class: "ScriptMessage",
    body: "{}",
    seen: true,
    status: "read",
    ...at,
  };
  await messageCollections(store).messages.insertOne(message);
  const list = (query: MessageQuery) => listMessages(store, player, query, now);
  expect(await list({ status: "read" })).toHaveLength(1);
  expect(await list({ status: status as never })).toEqual([]);
  await discard();
});
