import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../../src/domains/admins/index.ts";
import { LogTail } from "../../../src/kernel/log-tail.ts";
import { startTestApp, type TestApp } from "../../support/app.ts";
import { call, command, op, signInAll } from "./support.ts";

let app: TestApp;
let cookies: Record<Role, string>;
beforeAll(async () => {
  app = await startTestApp({ ticks: false });
  cookies = await signInAll(app);
});
afterAll(() => app.discard());

/** The event stream, and what it has said so far. */
async function follow(query = "", cookie = cookies.support, headers = {}) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = {
      ...{ host: "127.0.0.1", port: app.port, path: `/console/api/log${query}` },
      headers: { cookie: `rekindle-console=${cookie}`, ...headers },
    };
    get(options, resolve).on("error", reject);
  });
  const stream = { response, text: "", ended: false };
  response.setEncoding("utf8");
  response.on("data", (text) => {
    stream.text += text;
  });
  response.on("close", () => {
    stream.ended = true;
  });
  return stream;
}

describe("the log", () => {
  it("is followed live, from a severity on, with secrets taken out", async () => {
    const stream = await follow("?level=warn");
    expect(stream.response.headers).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    app.services.log.info({ player: "p" }, "not this");
    app.services.log.warn({ player: "p", token: "hush", nested: { password: "hush" } }, "this one");
    await expect.poll(() => stream.text).toContain("this one");
    expect(stream.text).not.toContain("not this");
    expect(stream.text).not.toContain("hush");
    const [, id, data] = /id: (\d+)\ndata: (.*this one.*)\n\n/.exec(stream.text)!;
    expect(JSON.parse(data!)).toMatchObject({
      number: Number(id),
      level: "warn",
      message: "this one",
      fields: { player: "p" },
    });
    stream.response.destroy();
    const resumed = await follow("", cookies.support, { "last-event-id": id });
    app.services.log.info("after it");
    await expect.poll(() => resumed.text).toContain("after it");
    expect(resumed.text).not.toContain("this one");
    resumed.response.destroy();
  });

  it("is shown in a call, too", async () => {
    app.services.log.error({ errorId: "e1" }, "an error");
    const { body } = await op(app, cookies.support, "log tail", { level: "error", limit: 1 });
    expect(body.data).toEqual([
      expect.objectContaining({ level: "error", message: "an error", fields: { errorId: "e1" } }),
    ]);
    const after = await op(app, cookies.support, "log tail", { after: body.data[0].number });
    expect(after.body.data).toEqual([]);
  });

  it.each(["?level=none", "?level=info&level=warn", "?after=x", "?x=1"])("refuses %s", async (query) => {
    expect(await call(app, `/console/api/log${query}`, { cookie: cookies.support })).toMatchObject({ status: 400 });
  });

  it("is followed by at most 20", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => follow()));
    expect(await call(app, "/console/api/log", { cookie: cookies.support })).toMatchObject({ status: 503 });
    for (const { response } of all) response.destroy();
    await expect
      .poll(async () => {
        const { response } = await follow();
        response.destroy();
        return response.statusCode;
      })
      .toBe(200);
  });

  it("ends with the session, and with the server", { timeout: 40_000 }, async () => {
    const other = await startTestApp({ ticks: false });
    const own = await signInAll(other);
    const at = app;
    app = other;
    const [gone, kept] = [await follow("", own.support), await follow("", own.admin)];
    app = at;
    await command(other, "admins remove", { name: "support" });
    await expect.poll(() => gone.ended, { timeout: 20_000, interval: 200 }).toBe(true);
    expect(kept.ended).toBe(false);
    const began = performance.now();
    await other.discard();
    expect(kept.ended).toBe(true);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe("the lines in memory", () => {
  const line = (msg: string) => `${JSON.stringify({ level: 30, time: 1, msg })}\n`;
  it("are bounded by number and by length", () => {
    const tail = new LogTail({ lines: 3, chars: 1_000 });
    for (let count = 0; count < 50; count++) tail.add(line(`line ${count}`));
    expect(tail.after(0).map(({ number }) => number)).toEqual([48, 49, 50]);
    for (let count = 0; count < 3; count++) tail.add(line("x".repeat(400)));
    expect(tail.after(0).map(({ number }) => number)).toEqual([52, 53]);
    tail.add(line("y".repeat(100_000)));
    expect(tail.after(53)).toEqual([]);
  });

  it("shorten a long line, which stays readable", () => {
    const tail = new LogTail();
    tail.add(line("y".repeat(100_000)));
    expect(JSON.parse(tail.after(0)[0]!.text)).toEqual({
      level: 30,
      time: 1,
      msg: "y".repeat(1_000),
      isShortened: true,
    });
  });
});
