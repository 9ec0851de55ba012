import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MessageApp, nextMessages, ok, startMessageApp } from "../../domains/messages/support.ts";
import type { TestClient } from "../../support/client.ts";

describe("ListMessageRequest", () => {
  let app: MessageApp;
  beforeAll(async () => {
    app = await startMessageApp();
  });
  afterAll(() => app.discard());

  const list = async (client: TestClient, fields: Record<string, unknown> = {}) =>
    (await ok(client.request("ListMessageRequest", fields))).messageList;
  const numbersOf = async (client: TestClient, fields: Record<string, unknown> = {}) =>
    (await list(client, fields)).map((m: { data: { n: number } }) => m.data.n);

  it("lists messages as they were sent, the newest first", async () => {
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId], data: { n: 0 } }));
    app.clock.advance(1);
    await ok(ada.request("SendRequest", { to: [ada.userId], data: { n: 1 }, extCode: "GIFT" }));
    const sent = await nextMessages(ada, 2);
    expect(await list(ada)).toEqual(sent.reverse());
    expect(await app.player("somebody else").then(list)).toEqual([]);
  });

  it("by pages: fifty by default, at most 200, offset being the page", async () => {
    const ada = await app.player("pages");
    await ok(ada.request("SendRequest", { to: [ada.userId], copies: 230 }));
    const down = (from: number, count: number) => Array.from({ length: count }, (_, i) => from - i);
    const pages: [Record<string, unknown>, number[]][] = [
      [{}, down(229, 50)],
      [{ entryCount: 0 }, down(229, 50)],
      [{ entryCount: -1, offset: -1 }, down(229, 50)],
      [{ entryCount: "3", offset: "2" }, down(223, 3)],
      [{ entryCount: 1_000 }, down(229, 200)],
      [{ entryCount: 1_000, offset: 1 }, down(29, 30)],
      [{ offset: 5 }, []],
      [{ offset: 2 ** 40 }, []],
    ];
    for (const [fields, numbers] of pages)
      expect(await numbersOf(ada, fields), JSON.stringify(fields)).toEqual(numbers);
  });

  it.each([
    ["ScriptMessage", [3, 2, 1]],
    [".ScriptMessage", [3, 2, 1]],
    ["ScriptMessage_A", [1]],
    ["ScriptMessage_A, .ScriptMessage_B", [2, 1]],
    ["ChallengeWonMessage", []],
    ["ChallengeWonMessage,ScriptMessage_B", [2]],
    ["", [3, 2, 1]],
    [null, [3, 2, 1]],
  ])("include %j", async (include, numbers) => {
    const ada = await app.player(`include ${include}`);
    for (const [n, extCode] of [
      [1, "A"],
      [2, "B"],
      [3, null],
    ]) {
      await ok(ada.request("SendRequest", { to: [ada.userId], data: { n }, extCode }));
      app.clock.advance(1);
    }
    expect(await numbersOf(ada, { include })).toEqual(numbers);
  });

  it.each([
    ["entryCount", { entryCount: "many" }],
    ["offset", { offset: 1.5 }],
    ["include", { include: {} }],
  ])("refuses a bad %s", async (field, fields) => {
    const ada = await app.player("bad");
    expect((await ada.request("ListMessageRequest", fields)).error).toMatchObject({ [field]: "INVALID" });
  });

  it("refuses who has not signed in", async () => {
    const nobody = await app.client();
    const { error } = await nobody.request("ListMessageRequest");
    expect(error).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });
});
