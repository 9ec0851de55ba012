import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type NetworkCall, NetworkCalls } from "../../src/publishers/calls.ts";

describe("a call to a network", () => {
  let server: Server;
  let url: URL;
  let received: { method: string | undefined; headers: IncomingHttpHeaders; body: string }[];
  let sockets: number;
  let calls: NetworkCalls;
  beforeEach(async () => {
    received = [];
    sockets = 0;
    calls = new NetworkCalls({ timeoutMs: 300 });
    server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      received.push({ method: request.method, headers: request.headers, body });
      const status = Number(new URL(request.url!, "http://n").searchParams.get("status") ?? 200);
      if (request.url!.startsWith("/hang")) return;
      if (request.url!.startsWith("/cut")) return void request.socket.destroy();
      if (request.url!.startsWith("/long")) return void response.end("x".repeat(2_000_000));
      response.writeHead(status, { "x-one": "1", "set-cookie": ["a=1", "b=2"], location: "/elsewhere" }).end("{}");
    });
    server.on("connection", () => {
      sockets += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  const send = (more: Partial<NetworkCall> = {}, path = "/") =>
    calls.send({ network: "bluesky", what: "test", method: "POST", url: new URL(path, url), ...more });
  const multipart = new FormData();
  multipart.set("media", new Blob(["image"], { type: "image/png" }), "image");

  it.each<[string, Partial<NetworkCall>, RegExp, RegExp]>([
    ["JSON", { json: { a: "é" } }, /^application\/json$/, /^\{"a":"é"\}$/],
    ["a form", { form: { a: "1 2&é" } }, /^application\/x-www-form-urlencoded/, /^a=1\+2%26%C3%A9$/],
    ["bytes", { bytes: { body: Buffer.from("png"), type: "image/png" } }, /^image\/png$/, /^png$/],
    [
      "a multipart body",
      { multipart },
      /^multipart\/form-data; boundary=/,
      /filename="image"\r\nContent-Type: image\/png/,
    ],
  ])("sends %s", async (_, more, type, body) => {
    await send(more);
    expect(received[0]!.headers["content-type"]).toMatch(type);
    expect(received[0]!.body).toMatch(body);
    expect(received[0]!.headers).toMatchObject({ accept: "application/json", "user-agent": "Rekindle" });
  });

  it("sends no body, and headers of the caller instead of its own", async () => {
    await send({ headers: { "user-agent": "other" } });
    expect(received[0]).toMatchObject({ body: "", headers: { "user-agent": "other", "content-length": "0" } });
    expect(received[0]!.headers).not.toHaveProperty("content-type");
  });

  it("returns status, headers and body, and keeps the connection", async () => {
    for (const status of [200, 404, 308]) {
      const reply = await send({}, `/?status=${status}`);
      expect([reply.status, reply.body.toString(), reply.headers.get("x-one")]).toEqual([status, "{}", "1"]);
      expect([reply.headers.get("absent"), reply.headers.get("constructor")]).toEqual([null, null]);
    }
    expect(sockets).toBeLessThan(3);
  });

  it.each<[string, string, NetworkCall["method"], string]>([
    ["a server error after a POST", "/?status=503", "POST", "OutcomeUnknown"],
    ["a server error after a GET", "/?status=503", "GET", "PublishRefused"],
    ["a redirect, which is not followed", "/?status=302", "POST", "OutcomeUnknown"],
    ["no response in time", "/hang", "POST", "OutcomeUnknown"],
    ["a connection that is cut", "/cut", "POST", "OutcomeUnknown"],
    ["a response that is too long", "/long", "POST", "OutcomeUnknown"],
  ])("reports %s", async (_, path, method, name) => {
    await expect(send({ method }, path)).rejects.toMatchObject({ name });
    expect(received).toHaveLength(1);
  });

  it("reports a server that cannot be reached as UNAVAILABLE, with the code", async () => {
    await new Promise((resolve) => server.close(resolve));
    const refused = { name: "PublishRefused", kind: "UNAVAILABLE", message: expect.stringContaining("(ECONNREFUSED)") };
    await expect(send()).rejects.toMatchObject(refused);
    server.listen(0);
  });
});
