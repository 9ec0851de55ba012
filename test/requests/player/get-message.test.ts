import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MessageApp, nextMessages, ok, startMessageApp } from "../../domains/messages/support.ts";

describe("GetMessageRequest", () => {
  let app: MessageApp;
  beforeAll(async () => {
    app = await startMessageApp();
  });
  afterAll(() => app.discard());

  it("answers the message as it was sent, with its status", async () => {
    const ada = await app.player("ada");
    const data = { list: [1, { deep: null }], $set: { "a.b": 1 }, text: "ü" };
    await ok(ada.request("SendRequest", { to: [ada.userId], data }));
    const [message] = await nextMessages(ada, 1);
    expect(message!.data).toEqual(data);
    const get = () => ok(ada.request("GetMessageRequest", { messageId: message!.messageId }));
    const response = { "@class": ".GetMessageResponse", requestId: expect.any(String), message };
    expect(await get()).toEqual(response);
    await ok(ada.request("UpdateMessageRequest", { messageId: message!.messageId, status: "read" }));
    expect(await get()).toEqual({ ...response, status: "read" });
  });

  it.each([
    ["an unknown id", "0".repeat(24), { messageId: "UNKNOWN" }],
    ["what is no id", "one", { messageId: "UNKNOWN" }],
    ["an empty id", "", { messageId: "UNKNOWN" }],
    ["no id", undefined, { messageId: "REQUIRED" }],
    ["an object", {}, { messageId: "INVALID" }],
  ])("refuses %s", async (_, messageId, error) => {
    const ada = await app.player("ada");
    expect((await ada.request("GetMessageRequest", { messageId })).error).toMatchObject(error);
  });

  it("refuses another player's message", async () => {
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    await ok(grace.request("SendRequest", { to: [grace.userId] }));
    const [{ messageId } = {}] = await nextMessages(grace, 1);
    expect((await ada.request("GetMessageRequest", { messageId })).error).toEqual({ messageId: "UNKNOWN" });
  });

  it("refuses who has not signed in", async () => {
    const nobody = await app.client();
    const { error } = await nobody.request("GetMessageRequest", { messageId: "0".repeat(24) });
    expect(error).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });
});
