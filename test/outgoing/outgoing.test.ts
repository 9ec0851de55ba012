import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer, type Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  createOutgoing,
  type Outgoing,
  type OutgoingOptions,
  type OutgoingRequest,
} from "../../src/outgoing/outgoing.ts";
import { type Elsewhere, type Received, startElsewhere } from "./support.ts";

const BIG = Buffer.alloc(200_000, "a");

const ANSWERS: Record<string, (response: ServerResponse, received: Received) => void> = {
  "/hello": (response) => response.writeHead(200, { "Content-Type": "text/plain", "X-Two": ["1", "2"] }).end("hello"),
  "/cookies": (response) => response.writeHead(404, { "Set-Cookie": ["a=1; Path=/", "b=2"] }).end(),
  "/gzip": (response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync("hello")),
  "/deflate": (response) => response.writeHead(200, { "Content-Encoding": "deflate" }).end(deflateSync("hello")),
  "/gzip-404": (response) => response.writeHead(404, { "Content-Encoding": "gzip" }).end(gzipSync("hello")),
  "/deflate-in-pieces": (response) => {
    const [first, ...rest] = deflateSync("hello");
    response.writeHead(200, { "Content-Encoding": "deflate" }).flushHeaders();
    response.write(Buffer.of(first!), () => response.end(Buffer.from(rest)));
  },
  "/br": (response) => response.writeHead(200, { "Content-Encoding": "br" }).end(brotliCompressSync("hello")),
  "/bomb": (response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(BIG)),
  "/bomb-deflate": (response) => response.writeHead(200, { "Content-Encoding": "deflate" }).end(deflateSync(BIG)),
  "/bomb-br": (response) => response.writeHead(200, { "Content-Encoding": "br" }).end(brotliCompressSync(BIG)),
  "/bomb-inside": (response) => {
    const unfolded = Buffer.concat(Array.from({ length: 10_000 }, () => gzipSync("")));
    response.writeHead(200, { "Content-Encoding": "gzip, gzip" }).end(gzipSync(unfolded));
  },
  "/gzip-nothing": (response) => response.writeHead(200, { "Content-Encoding": "gzip", "Content-Length": "0" }).end(),
  "/gzip-204": (response) => response.writeHead(204, { "Content-Encoding": "gzip" }).end(),
  "/gzip-chunks-of-nothing": (response) => {
    response.writeHead(200, { "Content-Encoding": "gzip", "Transfer-Encoding": "chunked" }).end();
  },
  "/deflate-nothing": (response) => {
    response.writeHead(200, { "Content-Encoding": "deflate", "Transfer-Encoding": "chunked" }).end();
  },
  "/broken-deflate": (response) => response.writeHead(200, { "Content-Encoding": "deflate" }).end("no deflate"),
  "/stops-compressed": (response) => {
    response.writeHead(200, { "Content-Encoding": "deflate" }).flushHeaders();
  },
  "/cut-compressed": (response) => {
    response.writeHead(200, { "Content-Encoding": "deflate" }).flushHeaders();
    setImmediate(() => response.destroy());
  },
  "/broken": (response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end("no gzip"),
  "/short-compressed": (response) => {
    response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(BIG.subarray(0, 50_000)).subarray(0, -20));
  },
  "/big": (response) => response.end(BIG),
  "/endless": pour,
  "/endless-redirect": (response) => pour(response.writeHead(302, { Location: "/hello" })),
  "/silent": () => {},
  "/stops": (response) => void response.writeHead(200).write("some"),
  "/cut": (response) => response.writeHead(200, { "Content-Length": "10" }).write("some", () => response.destroy()),
  "/headers": (response) => response.writeHead(200, { "X-Big": "a".repeat(40_000) }).end(),
  "/loop": (response) => response.writeHead(302, { Location: "/loop" }).end(),
  "/found": (response) => response.writeHead(302, { Location: "/hello" }).end("moved"),
  "/badly": (response) => response.writeHead(302, { Location: "http://[" }).end("moved"),
};

function pour(response: ServerResponse): void {
  while (!response.destroyed && response.write(BIG));
  if (!response.destroyed) response.once("drain", () => pour(response));
}

let elsewhere: Elsewhere;
let forbidden: Elsewhere;
const closing: (() => void)[] = [];

beforeAll(async () => {
  const answer = (received: Received, response: ServerResponse) => {
    const target = new URL(received.url, "http://a").searchParams.get("to");
    const hops = /^\/hops\/(\d+)$/.exec(received.url)?.[1];
    if (hops !== undefined) response.writeHead(302, { Location: `/hops/${Number(hops) + 1}` }).end();
    else if (target !== null) response.writeHead(302, { Location: target }).end();
    else (ANSWERS[received.url] ?? ((r: ServerResponse) => r.writeHead(200).end()))(response, received);
  };
  elsewhere = await startElsewhere(answer);
  forbidden = await startElsewhere(answer, "127.0.0.2");
});

afterAll(async () => {
  await elsewhere.close();
  await forbidden.close();
});

afterEach(() => {
  elsewhere.received.length = 0;
  forbidden.received.length = 0;
  for (const close of closing.splice(0)) close();
});

function outgoing(options: Partial<OutgoingOptions> = {}): Outgoing {
  return createOutgoing({
    timeoutMs: 10_000,
    maxRequestBytes: 1_000,
    maxResponseBytes: 100_000,
    privateNetworks: "127.0.0.1",
    ...options,
  });
}

const get = (url: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  method: "GET",
  url,
  headers: [],
  timeoutMs: 10_000,
  ...more,
});

describe("requests to other servers", () => {
  test("returns the whole response, with header names in the server's spelling", async () => {
    const reply = await outgoing().send(get(`${elsewhere.url}/hello`));
    expect(reply.status).toBe(200);
    expect(reply.body.toString()).toBe("hello");
    expect(reply.headers.get("Content-Type")).toBe("text/plain");
    expect(reply.headers.get("X-Two")).toBe("1, 2");
    const { setCookies, status } = await outgoing().send(get(`${elsewhere.url}/cookies`));
    expect([status, setCookies]).toEqual([404, ["a=1; Path=/", "b=2"]]);
  });

  test("sends the requested method, headers and body and closes the connection", async () => {
    const headers = [
      ["X-One", "1"],
      ["x-one", "2"],
      ["Content-Type", "text/plain"],
    ] as const;
    await outgoing().send({ method: "PUT", url: `${elsewhere.url}/x?y=1#z`, headers, body: "grüße", timeoutMs: 5_000 });
    const [received] = elsewhere.received;
    expect(received).toMatchObject({ method: "PUT", url: "/x?y=1", body: "grüße" });
    expect(received!.headers).toMatchObject({
      "x-one": "2",
      "content-type": "text/plain",
      "content-length": "7",
      connection: "close",
      host: `127.0.0.1:${elsewhere.port}`,
    });
  });

  test("user name and password in the URL become basic authentication", async () => {
    await outgoing().send(get(elsewhere.url.replace("//", "//ada:p%40ss@")));
    expect(elsewhere.received[0]!.headers.authorization).toBe(`Basic ${Buffer.from("ada:p@ss").toString("base64")}`);
  });

  for (const encoding of ["gzip", "gzip-404", "deflate", "deflate-in-pieces", "br"]) {
    test(`decodes ${encoding}`, async () => {
      expect((await outgoing().send(get(`${elsewhere.url}/${encoding}`))).body.toString()).toBe("hello");
    });
  }

  test.each(["gzip-nothing", "gzip-204", "gzip-chunks-of-nothing", "deflate-nothing"])(
    "a response without a body is empty, whatever its encoding: %s",
    async (path) => {
      expect((await outgoing().send(get(`${elsewhere.url}/${path}`))).body.length).toBe(0);
    },
  );

  test("reports the outcome of each request", async () => {
    const outcomes: string[] = [];
    const client = outgoing({ onDone: (outcome) => outcomes.push(outcome) });
    await client.send(get(`${elsewhere.url}/cookies`));
    await client.send(get("http://127.0.0.2/")).catch(() => {});
    await client.send(get(`${elsewhere.url}/big`)).catch(() => {});
    expect(outcomes).toEqual(["4xx", "refused", "too-large"]);
  });

  const REFUSED: [what: string, request: () => Partial<OutgoingRequest>, sentence: string | RegExp][] = [
    ["no URL", () => ({ url: "hello" }), "The URL is invalid or too long."],
    ["a long URL", () => ({ url: `${elsewhere.url}/${"a".repeat(9_000)}` }), "The URL is invalid or too long."],
    ["file:", () => ({ url: "file:///etc/passwd" }), "The URL must begin with http:// or https://."],
    ["gopher:", () => ({ url: "gopher://127.0.0.1/" }), "The URL must begin with http:// or https://."],
    ["a large body", () => ({ method: "POST", body: "ä".repeat(501) }), "The body is longer than 1000 bytes."],
    [
      "many headers",
      () => ({ headers: Array.from({ length: 101 }, (_, at) => [`x-${at}`, ""] as const) }),
      /100 headers/,
    ],
    ...["Host", "Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "Proxy-Authorization", "TE"].map(
      (name): (typeof REFUSED)[number] => [
        name,
        () => ({ headers: [[name, "1"]] }),
        `The header ${name} cannot be set.`,
      ],
    ),
    [
      "a line break in a header",
      () => ({ headers: [["X", "a\r\nY: b"]] }),
      /^The value of the header X has a line break/,
    ],
    ["a null character", () => ({ headers: [["X", "a\0"]] }), /^The value of the header X has a line break/],
    ["what is not Latin-1", () => ({ headers: [["X", "€"]] }), /^The value of the header X has a line break/],
    ["a line break in a name", () => ({ headers: [["X\r\nY", "b"]] }), /^A header name/],
    ["no name", () => ({ headers: [["", "b"]] }), /^A header name/],
    ["a long header", () => ({ headers: [["X", "a".repeat(9_000)]] }), /longer than 8192/],
  ];

  for (const [what, request, sentence] of REFUSED) {
    test(`refuses ${what} and sends nothing`, async () => {
      const sent = outgoing().send({ ...get(elsewhere.url), ...request() });
      await expect(sent).rejects.toThrow(sentence);
      await expect(sent).rejects.toMatchObject({ kind: "refused" });
      expect(elsewhere.received).toEqual([]);
    });
  }

  const FAILING: [path: string, kind: string, sentence: RegExp][] = [
    ["/big", "too-large", /^The response of 127\.0\.0\.1 is longer than 100000 bytes\.$/],
    ["/bomb", "too-large", /longer than 100000 bytes/],
    ["/bomb-deflate", "too-large", /longer than 100000 bytes/],
    ["/bomb-inside", "too-large", /longer than 100000 bytes/],
    ["/bomb-br", "too-large", /longer than 100000 bytes/],
    ["/endless", "too-large", /longer than 100000 bytes/],
    ["/broken", "unreachable", /^127\.0\.0\.1 could not be reached \(Z_DATA_ERROR\)\.$/],
    ["/broken-deflate", "unreachable", /could not be reached \(Z_DATA_ERROR\)/],
    ["/short-compressed", "unreachable", /could not be reached \(Z_BUF_ERROR\)/],
    ["/cut-compressed", "unreachable", /could not be reached/],
    ["/cut", "unreachable", /could not be reached \(UND_ERR_RES_CONTENT_LENGTH_MISMATCH\)/],
    ["/headers", "unreachable", /could not be reached \(UND_ERR_HEADERS_OVERFLOW\)/],
    ["/endless-redirect", "too-large", /longer than 100000 bytes/],
  ];

  for (const [path, kind, sentence] of FAILING) {
    test(`a response like ${path.slice(1)} is ${kind}`, async () => {
      const sent = outgoing().send(get(`${elsewhere.url}${path}`));
      await expect(sent).rejects.toThrow(sentence);
      await expect(sent).rejects.toMatchObject({ kind });
    });
  }

  for (const path of ["/silent", "/stops", "/stops-compressed"]) {
    test(`${path.slice(1)}: times out after the limit of the request or the setting`, async () => {
      const url = `${elsewhere.url}${path}`;
      await expect(outgoing().send(get(url, { timeoutMs: 50.5 }))).rejects.toThrow(
        "127.0.0.1 did not respond within 50 ms.",
      );
      await expect(outgoing({ timeoutMs: 40 }).send(get(url))).rejects.toMatchObject({ kind: "timeout" });
    });
  }

  test.each(["http", "https"])("a time-out closes the %s connection at once", async (protocol) => {
    const closed = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("close", () => closed.resolve());
      socket.resume();
    });
    closing.push(() => server.close());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const sent = outgoing().send(get(`${protocol}://127.0.0.1:${port}/`, { timeoutMs: 100 }));
    await expect(sent).rejects.toMatchObject({ kind: "timeout" });
    await closed.promise;
  });

  test("a host name that never resolves times out", async () => {
    const client = outgoing({ resolve: () => new Promise(() => {}) });
    await expect(client.send(get("http://a.test/", { timeoutMs: 50 }))).rejects.toMatchObject({ kind: "timeout" });
  });

  test("a server that does not listen and a name that does not exist are unreachable", async () => {
    const gone = await startElsewhere(() => {});
    await gone.close();
    await expect(outgoing().send(get(gone.url))).rejects.toThrow("127.0.0.1 could not be reached (ECONNREFUSED).");
    const nowhere = outgoing({ resolve: () => Promise.reject(new Error("ENOTFOUND secret")) });
    await expect(nowhere.send(get("http://a.test/"))).rejects.toThrow("The host name a.test could not be resolved.");
  });

  test("a response in another protocol is unreachable", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => {});
      socket.end("HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n");
    });
    closing.push(() => server.close());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    await expect(outgoing().send(get(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({ kind: "unreachable" });
  });

  test("errors do not contain path, query or password", async () => {
    const url = forbidden.url.replace("//", "//ada:hush@");
    const message = await outgoing()
      .send(get(`${url}/secret?token=hush`))
      .then(String, (error: Error) => error.message);
    expect(message).toBe(
      "127.0.0.2 has a private address, which the setting scriptHttpPrivateNetworks does not permit.",
    );
  });
});

describe("private addresses", () => {
  const SPELLED = [
    "127.0.0.2",
    "127.2",
    "2130706434",
    "0x7f000002",
    "0177.0.0.2",
    "0x7f.0.0.2",
    "[::ffff:127.0.0.2]",
    "[::ffff:7f00:2]",
    "[::127.0.0.2]",
    "127。0。0。2",
    "%31%32%37.0.0.2",
  ];
  for (const host of SPELLED) {
    test(`${host} is refused`, async () => {
      await expect(outgoing().send(get(`http://${host}:${forbidden.port}/`))).rejects.toMatchObject({
        kind: "refused",
      });
      expect(forbidden.received).toEqual([]);
    });
  }

  test("names that resolve to a private address are refused", async () => {
    for (const addresses of [["127.0.0.2"], ["::ffff:127.0.0.2"], ["169.254.169.254", "10.0.0.1"], ["fd00::1"]]) {
      const resolve = async () => addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
      const sent = outgoing({ resolve }).send(get(`http://a.test:${forbidden.port}/`));
      await expect(sent).rejects.toThrow("a.test has a private address");
    }
    await expect(outgoing().send(get(`http://localhost:1/`, { timeoutMs: 5_000 }))).rejects.toThrow();
    expect(forbidden.received).toEqual([]);
  });

  test("of several addresses only permitted ones are called", async () => {
    const resolve = async () => ["127.0.0.2", "127.0.0.1"].map((address) => ({ address, family: 4 }));
    await outgoing({ resolve }).send(get(`http://a.test:${elsewhere.port}/hello`));
    expect(elsewhere.received).toHaveLength(1);
    expect(elsewhere.received[0]!.headers.host).toBe(`a.test:${elsewhere.port}`);
  });

  test("each connection resolves its name once and checks the result, against DNS rebinding", async () => {
    const answers = ["127.0.0.1", "127.0.0.2"];
    const asked: string[] = [];
    const client = outgoing({
      resolve: async () => {
        const address = answers[asked.length]!;
        asked.push(address);
        return [{ address, family: 4 }];
      },
    });
    const url = `http://a.test:${elsewhere.port}`;
    const redirected = client.send(get(`${url}/?to=${encodeURIComponent(`http://a.test:${forbidden.port}/`)}`));
    await expect(redirected).rejects.toThrow("a.test has a private address");
    expect(asked).toEqual(answers);
    expect(forbidden.received).toEqual([]);
  });

  test("a redirect to a private address is not followed", async () => {
    for (const to of [forbidden.url, `//127.0.0.2:${forbidden.port}/`, "http://[::1]/", "file:///etc/passwd"]) {
      const sent = outgoing().send(get(`${elsewhere.url}/?to=${encodeURIComponent(to)}`));
      await expect(sent).rejects.toMatchObject({ kind: "refused" });
    }
    expect(forbidden.received).toEqual([]);
  });

  test("a trusted request may call a private address", async () => {
    const { status } = await outgoing().send(get(`${forbidden.url}/hello`, { isTrusted: true }));
    expect(status).toBe(200);
  });
});

describe("redirects", () => {
  test("a GET follows redirects and keeps its headers on the same origin", async () => {
    const reply = await outgoing().send(get(`${elsewhere.url}/found`, { headers: [["X-Key", "1"]] }));
    expect(reply.body.toString()).toBe("hello");
    expect(elsewhere.received.map(({ url, headers }) => [url, headers["x-key"]])).toEqual([
      ["/found", "1"],
      ["/hello", "1"],
    ]);
  });

  test("headers that may be secret are not sent to another origin", async () => {
    const client = outgoing({ privateNetworks: "127.0.0.0/8" });
    const url = `${elsewhere.url}/?to=${encodeURIComponent(`${forbidden.url.replace("//", "//a:b@")}/hello`)}`;
    const headers = [
      ["Authorization", "hush"],
      ["Cookie", "hush"],
      ["X-Key", "hush"],
      ["Accept", "text/plain"],
    ] as const;
    await client.send(get(url, { headers }));
    expect(elsewhere.received[0]!.headers).toMatchObject({ authorization: "hush", "x-key": "hush" });
    expect(JSON.stringify(forbidden.received[0]!.headers)).not.toContain("hush");
    expect(forbidden.received[0]!.headers).toMatchObject({ accept: "text/plain" });
    expect(forbidden.received[0]!.headers.authorization).toBeUndefined();
  });

  test("at most five redirects are followed", async () => {
    const sent = outgoing().send(get(`${elsewhere.url}/hops/1`));
    await expect(sent).rejects.toThrow("127.0.0.1 redirects more than 5 times.");
    await expect(sent).rejects.toMatchObject({ kind: "refused" });
    expect(elsewhere.received).toHaveLength(6);
  });

  test.each(["/loop", "/badly"])("a redirect in a loop or to an invalid URL is refused: %s", async (path) => {
    const sent = outgoing().send(get(`${elsewhere.url}${path}`));
    await expect(sent).rejects.toThrow("127.0.0.1 redirects in a loop or to an invalid URL.");
    await expect(sent).rejects.toMatchObject({ kind: "refused" });
    expect(elsewhere.received).toHaveLength(1);
  });

  test.each(["POST", "PUT", "DELETE"] as const)("a redirect of a %s is returned as the response", async (method) => {
    const reply = await outgoing().send({ ...get(`${elsewhere.url}/found`), method, body: "x" });
    expect([reply.status, reply.body.toString(), elsewhere.received.length]).toEqual([302, "moved", 1]);
  });
});
