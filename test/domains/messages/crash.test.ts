import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { API_KEY, DEVICE_SECRET } from "../../support/app.ts";
import { TestClient } from "../../support/client.ts";
import { leftover, nextMessages, ok } from "./support.ts";

const children: ChildProcess[] = [];
let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "rekindle-messages-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(data, { recursive: true, force: true });
});

async function serve(how: "plain" | "scripts" | "hang" | "sender") {
  const child = fork(new URL("message-child.ts", import.meta.url), [data, how], { execArgv: [] });
  children.push(child);
  const said: string[] = [];
  child.on("message", (message) => said.push(String(message)));
  const until = async (wanted: (said: string) => boolean) => {
    while (!said.some(wanted)) await once(child, "message");
    return said.find(wanted)!;
  };
  const url = await until((s) => s.startsWith("ws:"));
  return {
    said,
    until,
    async player(deviceId: string) {
      const client = await TestClient.connect(`${url}/ws/device/${API_KEY}`, { secret: DEVICE_SECRET });
      await ok(client.request("DeviceAuthenticationRequest", { deviceId, deviceOS: "IOS" }));
      return client as TestClient & { userId: string };
    },
    async playerWithoutSocket(deviceId: string): Promise<string> {
      const path = `/rs/device/${encodeURIComponent(DEVICE_SECRET)}/DeviceAuthenticationRequest`;
      const body = JSON.stringify({ deviceId, deviceOS: "IOS" });
      const answer = await fetch(url.replace("ws:", "http:") + path, { method: "POST", body });
      return ((await answer.json()) as { userId: string }).userId;
    },
    async kill() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

describe("a server killed", () => {
  it.each([1, 2, 5, 20])("after acknowledgement %d loses none of the acknowledged messages", async (after) => {
    const before = await serve("plain");
    const adaId = await before.playerWithoutSocket("ada");
    const grace = await before.player("grace");
    const unanswered = Array.from({ length: after + 30 }, (_, n) => {
      const requestId = `${n}`;
      grace.sendFrame({ "@class": ".SendRequest", to: [adaId], data: { n }, requestId });
      return grace.next((f) => f.requestId === requestId).then(() => n);
    });
    const answered = new Set<number>();
    const counted = Promise.withResolvers<void>();
    const settled = unanswered.map((answer) =>
      answer.then(
        (n) => void (answered.add(n).size >= after && counted.resolve()),
        () => {},
      ),
    );
    await counted.promise;
    await before.kill();
    await Promise.all(settled);

    const server = await serve("plain");
    const back = await server.player("ada");
    expect(back.userId).toBe(adaId);
    const got = new Set((await nextMessages(back, answered.size)).map((m) => m.data.n as number));
    for (const { data: rest } of await leftover(back)) got.add(rest.n);
    expect([...answered].filter((n) => !got.has(n))).toEqual([]);
    const { messageList } = await ok(back.request("ListMessageRequest", { entryCount: 200 }));
    expect(messageList).toHaveLength(got.size);
    await server.kill();
  });

  it("during a script that has sent a message does not lose it", async () => {
    const before = await serve("sender");
    const adaId = await before.playerWithoutSocket("ada");
    const grace = await before.player("grace");
    const answer = grace.request("ReadSendRequest", { to: [adaId, grace.userId], data: { n: 1 } }).catch(() => "none");
    await nextMessages(grace, 1);
    await before.kill();
    expect(await answer).toBe("none");

    const after = await serve("plain");
    const [ada, graceAgain] = [await after.player("ada"), await after.player("grace")];
    const message = { "@class": ".ScriptMessage", extCode: "NEWS", data: { n: 1 } };
    expect(await nextMessages(ada, 1)).toMatchObject([message]);
    expect((await ok(graceAgain.request("ListMessageRequest"))).messageList).toMatchObject([message]);
    await after.kill();
  });

  it("during a message's scripts resumes from the stored progress: one copy, one change", async () => {
    const before = await serve("hang");
    const [ada, grace] = [await before.player("ada"), await before.player("grace")];
    const to = [ada.userId, grace.userId];
    await ok(grace.request("SendRequest", { to, data: { n: 1 } }));
    await before.until((s) => s === "user");
    await before.kill();

    const after = await serve("scripts");
    expect(
      after.said.filter((s) => s === "global"),
      "its result was kept",
    ).toEqual([]);
    for (const name of ["ada", "grace"]) {
      const back = await after.player(name);
      expect((await nextMessages(back, 1))[0]).toMatchObject({ data: { n: 1 }, scriptData: { global: 1, user: 1 } });
      expect(await leftover(back)).toEqual([]);
      expect((await ok(back.request("AccountDetailsRequest"))).scriptData).toEqual({ "ran 0": 1 });
      expect((await ok(back.request("ListMessageRequest"))).messageList).toHaveLength(1);
    }
    expect(after.said.filter((s) => s === "user")).toHaveLength(2);
    await after.kill();
  });
});
