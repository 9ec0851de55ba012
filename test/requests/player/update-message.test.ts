import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MessageApp, nextMessages, ok, startMessageApp } from "../../domains/messages/support.ts";

describe("UpdateMessageRequest", () => {
  let app: MessageApp;
  beforeAll(async () => {
    app = await startMessageApp();
  });
  afterAll(() => app.discard());

  it("sets the status, over and over", async () => {
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId] }));
    const [{ messageId } = {}] = await nextMessages(ada, 1);
    for (const status of ["read", "x".repeat(256), "", "7"]) {
      const response = await ada.request("UpdateMessageRequest", { messageId, status });
      expect(response).toEqual({ "@class": ".UpdateMessageResponse", requestId: expect.any(String) });
      expect(await ada.request("GetMessageRequest", { messageId })).toMatchObject({ status });
    }
  });

  it.each([
    ["an unknown id", { messageId: "0".repeat(24), status: "read" }, { messageId: "UNKNOWN" }],
    ["what is no id", { messageId: "one", status: "read" }, { messageId: "UNKNOWN" }],
    ["a long status", { messageId: "0".repeat(24), status: "x".repeat(257) }, { status: "TOO_LONG" }],
    ["no id", { status: "read" }, { messageId: "REQUIRED" }],
    ["no status", { messageId: "0".repeat(24) }, { status: "REQUIRED" }],
  ])("refuses %s", async (_, fields, error) => {
    const ada = await app.player("ada");
    expect((await ada.request("UpdateMessageRequest", fields)).error).toMatchObject(error);
  });

  it("refuses another player's message, and leaves it as it is", async () => {
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    await ok(grace.request("SendRequest", { to: [grace.userId] }));
    const [{ messageId } = {}] = await nextMessages(grace, 1);
    const { error } = await ada.request("UpdateMessageRequest", { messageId, status: "mine" });
    expect(error).toEqual({ messageId: "UNKNOWN" });
    expect(await ok(grace.request("GetMessageRequest", { messageId }))).not.toHaveProperty("status");
  });

  it("refuses who has not signed in", async () => {
    const nobody = await app.client();
    const { error } = await nobody.request("UpdateMessageRequest", { messageId: "0".repeat(24), status: "read" });
    expect(error).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });
});
