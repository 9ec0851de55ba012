import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MessageApp, nextMessages, ok, startMessageApp } from "../../domains/messages/support.ts";

describe("DismissMultipleMessagesRequest", () => {
  let app: MessageApp;
  beforeAll(async () => {
    app = await startMessageApp();
  });
  afterAll(() => app.discard());

  it("dismisses what the player has, counts it, and lists what it has not", async () => {
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    await ok(ada.request("SendRequest", { to: [ada.userId], copies: 3 }));
    const mine = (await nextMessages(ada, 3)).map((m) => m.messageId);
    await ok(ada.request("SendRequest", { to: [grace.userId] }));
    const [{ messageId: hers } = {}] = await nextMessages(grace, 1);

    const messageIds = [mine[0], mine[1], mine[0], hers, "f".repeat(24), "no id"];
    expect(await ok(ada.request("DismissMultipleMessagesRequest", { messageIds }))).toEqual({
      "@class": ".DismissMultipleMessagesResponse",
      requestId: expect.any(String),
      messagesDismissed: 2,
      failedDismissals: [hers, "f".repeat(24), "no id"],
    });
    expect((await ok(ada.request("ListMessageRequest"))).messageList).toMatchObject([{ messageId: mine[2] }]);
    expect((await ok(grace.request("ListMessageRequest"))).messageList).toHaveLength(1);
  });

  it.each([
    ["one id in place of a list", "no id", 0, ["no id"]],
    ["an empty list", [], 0, []],
    ["none", undefined, 0, []],
    ["null", null, 0, []],
  ])("takes %s", async (_, messageIds, messagesDismissed, failedDismissals) => {
    const ada = await app.player("ada");
    const response = await ok(ada.request("DismissMultipleMessagesRequest", { messageIds }));
    expect(response).toMatchObject({ messagesDismissed, failedDismissals });
  });

  it("takes thousands at once", async () => {
    const ada = await app.player("thousands");
    await ok(ada.request("SendRequest", { to: [ada.userId], copies: 900 }));
    await nextMessages(ada, 900);
    const all = (await app.kept(ada.userId)).map((m) => String(m._id));
    const unknown = Array.from({ length: 3_000 }, (_, i) => String(i).padStart(24, "e"));
    const response = await ok(ada.request("DismissMultipleMessagesRequest", { messageIds: [...unknown, ...all] }));
    expect(response.messagesDismissed).toBe(900);
    expect(response.failedDismissals).toEqual(unknown);
  });

  it("refuses a bad list", async () => {
    const ada = await app.player("ada");
    const { error } = await ada.request("DismissMultipleMessagesRequest", { messageIds: [{}] });
    expect(JSON.stringify(error)).toContain("INVALID");
  });

  it("refuses who has not signed in", async () => {
    const nobody = await app.client();
    const { error } = await nobody.request("DismissMultipleMessagesRequest", { messageIds: [] });
    expect(error).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });
});
