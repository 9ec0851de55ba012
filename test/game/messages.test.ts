import { expect, it } from "vitest";
import { gameOf } from "../../src/game/load.ts";
import { fullExport } from "./full-export.ts";

const load = (messages: unknown) =>
  gameOf(JSON.stringify({ ...fullExport(), "~messages": messages }), "config.json", "folder");

it("reads the delivery of messages from an export", () => {
  const item = {
    "@id": "/~messages/ScriptMessage_GIFT",
    androidTemplate: null,
    deviceTypes: null,
    expireAfterHours: 60,
    messageSubTitle: null,
    messageTemplate: "Gold!",
    messageTitle: "A gift",
    name: "ScriptMessage_GIFT",
    segmentData: null,
    sendAsPush: false,
    sendViaSocket: true,
    suppressPushIfSentViaSocket: true,
  };
  const { messages, problems } = load([item, { name: "ScriptMessage", expireAfterHours: -1 }]);
  const texts = { title: undefined, subTitle: undefined, summary: undefined };
  const usual = { sendViaSocket: true, sendAsPush: true };
  expect([...messages.values()]).toEqual([
    {
      ...texts,
      ...usual,
      name: "ScriptMessage_GIFT",
      expireAfterHours: 60,
      sendAsPush: false,
      title: "A gift",
      summary: "Gold!",
    },
    { ...texts, ...usual, name: "ScriptMessage", expireAfterHours: 0 },
  ]);
  expect(problems).toEqual([]);
});

it.each([[null], [[]]])("has no message classes for %j", (messages) => {
  expect(load(messages).messages.size).toBe(0);
});

it("reports message classes without a name and duplicates", () => {
  const { messages, problems } = load([{}, { name: "A", expireAfterHours: 1 }, { name: "A", expireAfterHours: 2 }]);
  expect(messages.get("A")?.expireAfterHours).toBe(1);
  expect(problems).toEqual([expect.stringContaining("~messages[0]"), expect.stringContaining('"A"')]);
});

it("refuses a message class with a wrongly typed member", () => {
  expect(() => load([{ name: "A", sendViaSocket: "yes" }])).toThrow(
    /~messages\[0\]\.sendViaSocket must be true or false/,
  );
});
