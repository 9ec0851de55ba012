import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MessageApp, nextMessages, ok, startMessageApp } from "../../domains/messages/support.ts";

describe("DismissMessageRequest", () => {
  let app: MessageApp;
  beforeAll(async () => {
    app = await startMessageApp();
  });
  afterAll(() => app.discard());

  it("takes the message off every list, once", async () => {
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId], copies: 2 }));
    const [first, second] = await nextMessages(ada, 2);
    const dismiss = () => ada.request("DismissMessageRequest", { messageId: first!.messageId });
    expect(await dismiss()).toEqual({ "@class": ".DismissMessageResponse", requestId: expect.any(String) });
    expect((await ok(ada.request("ListMessageRequest"))).messageList).toEqual([second]);
    expect((await ok(ada.request("ListMessageSummaryRequest"))).messageList).toHaveLength(1);
    expect((await ok(ada.request("ListMessageDetailRequest"))).messageList).toHaveLength(1);
    expect((await dismiss()).error).toEqual({ messageId: "UNKNOWN" });
  });

  it("of a message that waits keeps it from being delivered", async () => {
    const grace = await app.player("grace");
    await grace.close();
    await expect.poll(() => app.services.presence.online([grace.userId as never])).toEqual(new Set());
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [grace.userId], copies: 2 }));
    const [waiting] = await app.kept(grace.userId);
    const url = `${app.httpUrl}/rs/server/server%20secret/DismissMessageRequest`;
    const body = JSON.stringify({ playerId: grace.userId, messageId: String(waiting!._id) });
    expect(await (await fetch(url, { method: "POST", body })).json()).not.toHaveProperty("error");
    const back = await app.player("grace");
    expect((await nextMessages(back, 1))[0]!.data).toEqual({ n: 1 });
  });

  it.each([
    ["an unknown id", { messageId: "0".repeat(24) }, { messageId: "UNKNOWN" }],
    ["what is no id", { messageId: "one" }, { messageId: "UNKNOWN" }],
    ["no id", {}, { messageId: "REQUIRED" }],
  ])("refuses %s", async (_, fields, error) => {
    const ada = await app.player("ada");
    expect((await ada.request("DismissMessageRequest", fields)).error).toMatchObject(error);
  });

  it("refuses another player's message, which stays", async () => {
    const [ada, other] = [await app.player("ada"), await app.player("other")];
    await ok(other.request("SendRequest", { to: [other.userId] }));
    const [{ messageId } = {}] = await nextMessages(other, 1);
    expect((await ada.request("DismissMessageRequest", { messageId })).error).toEqual({ messageId: "UNKNOWN" });
    expect((await ok(other.request("ListMessageRequest"))).messageList).toHaveLength(1);
  });

  it("refuses who has not signed in", async () => {
    const nobody = await app.client();
    const { error } = await nobody.request("DismissMessageRequest", { messageId: "0".repeat(24) });
    expect(error).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });
});
