import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startGame } from "rekindle/testing";

let game;
before(async () => {
  game = await startGame({ folder: new URL("..", import.meta.url) });
});
after(() => game.close());

test("the first lap is the player's best and the track's record", async () => {
  const ada = await game.player("Ada");

  const { scriptData } = await ada.logEvent("LAP", { SECONDS: 61.5 });

  assert.deepEqual(scriptData, { best: 61.5, record: true });
  assert.deepEqual(await ada.scriptData(), { best: { harbour: 61.5 } });
  assert.equal(await ada.balance("currency1"), 110);
});

test("the player who loses a record gets a message", async () => {
  const grace = await game.player("Grace");
  const edsger = await game.player("Edsger");
  await game.collection("records").insertOne({ _id: "forest", seconds: 70, playerId: grace.id, name: "Grace" });

  await edsger.logEvent("LAP", { TRACK: "forest", SECONDS: 69 });

  const [message] = await grace.messages();
  assert.equal(message.extCode, "RECORD_LOST");
  assert.deepEqual(message.data, { track: "forest", seconds: 69, by: "Edsger" });
});

test("a lap that takes no time is refused and changes nothing", async () => {
  const mallory = await game.player("Mallory");

  const { error } = await mallory.logEvent("LAP", { SECONDS: 0 });

  assert.deepEqual(error, { SECONDS: "TOO_FAST" });
  assert.deepEqual(await mallory.scriptData(), {});
  assert.deepEqual(game.failures, []);
});
