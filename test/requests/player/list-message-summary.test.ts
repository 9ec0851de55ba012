import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MessageApp, messageConfig, ok, startMessageApp } from "../../domains/messages/support.ts";
import { testGame } from "../../support/app.ts";

describe("ListMessageSummaryRequest", () => {
  let app: MessageApp;
  beforeAll(async () => {
    const messages = new Map([
      messageConfig("ScriptMessage_GIFT", { title: "A gift", subTitle: "for you", summary: "Gold!" }),
    ]);
    app = await startMessageApp({ game: testGame([], { messages }) });
  });
  afterAll(() => app.discard());

  it("lists classes, ids and texts, the newest first, by pages", async () => {
    const ada = await app.player("ada");
    for (const extCode of [null, "GIFT"]) {
      await ok(ada.request("SendRequest", { to: [ada.userId], data: { large: "x" }, extCode }));
      app.clock.advance(1);
    }
    const list = async (fields = {}) => (await ok(ada.request("ListMessageSummaryRequest", fields))).messageList;
    const messageId = expect.stringMatching(/^[0-9a-f]{24}$/);
    const plain = { "@class": ".ScriptMessage", messageId, notification: true, summary: "ScriptMessage" };
    const gift = { ...plain, title: "A gift", subTitle: "for you", summary: "Gold!", extCode: "GIFT" };
    expect(await list()).toEqual([gift, plain]);
    expect(await list({ entryCount: 1, offset: 1 })).toEqual([plain]);
  });

  it("refuses who has not signed in", async () => {
    const nobody = await app.client();
    const { error } = await nobody.request("ListMessageSummaryRequest");
    expect(error).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });
});
