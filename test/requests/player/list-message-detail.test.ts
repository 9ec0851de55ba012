import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MessageApp, nextMessages, ok, startMessageApp } from "../../domains/messages/support.ts";

describe("ListMessageDetailRequest", () => {
  let app: MessageApp;
  beforeAll(async () => {
    app = await startMessageApp();
  });
  afterAll(() => app.discard());

  it("lists messages with id, seen, status and when, filtered by include and status", async () => {
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId], data: { n: 1 }, extCode: "GIFT" }));
    const [first] = await nextMessages(ada, 1);
    app.clock.advance(60_000);
    await ok(ada.request("SendRequest", { to: [ada.userId], data: { n: 2 }, viaSocket: false }));
    await ok(ada.request("UpdateMessageRequest", { messageId: first!.messageId, status: "read" }));
    const list = async (fields = {}) => (await ok(ada.request("ListMessageDetailRequest", fields))).messageList;

    const read = { id: first!.messageId, message: first, seen: true, status: "read", when: "2026-01-02T03:04Z" };
    const [unread, ...others] = await list();
    expect(others).toEqual([read]);
    expect(unread).toEqual({
      id: unread.message.messageId,
      message: expect.anything(),
      seen: false,
      when: "2026-01-02T03:05Z",
    });
    expect(unread.message.data).toEqual({ n: 2 });
    for (const [fields, wanted] of [
      [{ status: "read" }, [read]],
      [{ status: "other" }, []],
      [{ status: "" }, [unread, read]],
      [{ include: "ScriptMessage_GIFT" }, [read]],
      [{ include: "ScriptMessage_GIFT", status: "other" }, []],
      [{ entryCount: 1 }, [unread]],
      [{ entryCount: 1, offset: 1 }, [read]],
    ] as const)
      expect(await list(fields), JSON.stringify(fields)).toEqual(wanted);
  });

  it("of a server credential lists those of the player it acts for", async () => {
    const ada = await app.player("acted for");
    await ok(ada.request("SendRequest", { to: [ada.userId] }));
    const url = `${app.httpUrl}/rs/server/server%20secret/ListMessageDetailRequest`;
    const answer = await fetch(url, { method: "POST", body: JSON.stringify({ playerId: ada.userId }) });
    expect(((await answer.json()) as { messageList: unknown[] }).messageList).toHaveLength(1);
  });

  it("refuses who has not signed in", async () => {
    const nobody = await app.client();
    const { error } = await nobody.request("ListMessageDetailRequest");
    expect(error).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });
});
