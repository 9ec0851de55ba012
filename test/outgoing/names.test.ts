import { lookup } from "node:dns/promises";
import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type NamesOptions, systemNames } from "../../src/outgoing/names.ts";
import { createOutgoing } from "../../src/outgoing/outgoing.ts";
import { type Entries, type NameServer, startNameServer } from "./dns.ts";
import { startElsewhere } from "./support.ts";

const HOSTS = `
# 10.9.9.9 comment.test
127.0.0.7\tOne.test one
::1 one.test # two.test
not-an-address bad.test
`;
const MAPPED = "0:0:0:0:0:ffff:7f00:2";

const ENTRIES: Entries = {
  "A both.test": ["192.0.2.1", "192.0.2.2"],
  "AAAA both.test": ["2001:db8:0:0:0:0:0:1"],
  "A four.test": ["192.0.2.1"],
  "AAAA four.test": "nothing",
  "A six.test": "nothing",
  "AAAA six.test": ["2001:db8:0:0:0:0:0:1"],
  "A half.test": ["192.0.2.1"],
  "A none.test": "unknown",
  "AAAA none.test": "unknown",
  "A here.test": ["127.0.0.1"],
  "AAAA here.test": "nothing",
  "A private.test": ["127.0.0.2"],
  "AAAA private.test": [MAPPED],
  "A mixed.test": ["127.0.0.2", "127.0.0.1"],
  "AAAA mixed.test": [MAPPED],
};

describe("host name look-up", () => {
  let folder: string;
  let server: NameServer;
  let options: NamesOptions;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "names-"));
    server = await startNameServer(ENTRIES);
    options = { hostsFile: join(folder, "hosts"), servers: [server.address] };
    await writeFile(options.hostsFile!, HOSTS);
  });
  afterEach(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  const find = async (host: string, signal = AbortSignal.timeout(20_000)) =>
    (await systemNames(options)(host, signal)).map(({ address, family }) => `${family} ${address}`);

  const FOUND: [what: string, host: string, addresses: string[]][] = [
    ["of the hosts file", "one.test", ["4 127.0.0.7", "6 ::1"]],
    ["of the hosts file in other letters", "ONE", ["4 127.0.0.7"]],
    ["of the hosts file with a dot", "one.test.", ["4 127.0.0.7", "6 ::1"]],
    ["localhost", "localhost", ["4 127.0.0.1", "6 ::1"]],
    ["below localhost", "a.LocalHost.", ["4 127.0.0.1", "6 ::1"]],
    ["of both families", "both.test", ["4 192.0.2.1", "4 192.0.2.2", "6 2001:db8::1"]],
    ["of IPv4", "four.test", ["4 192.0.2.1"]],
    ["of IPv6", "six.test", ["6 2001:db8::1"]],
    ["without a reply for the other family", "half.test", ["4 192.0.2.1"]],
  ];
  test.each(FOUND)("resolves %s: %s", async (_, host, addresses) => {
    expect(await find(host)).toEqual(addresses);
  });

  test.each(["none.test", "a..b", "", "-", "x".repeat(300), "bad.test.", "comment.test."])(
    'rejects "%s"',
    async (host) => {
      const signal = AbortSignal.timeout(300);
      await expect(find(host, signal)).rejects.toThrow();
    },
  );

  test("asks no name server for localhost and names in the hosts file", async () => {
    await find("one");
    await find("localhost");
    expect(server.asked).toEqual([]);
  });

  test("reads the hosts file for every look-up and works without one", async () => {
    const resolve = systemNames(options);
    const signal = AbortSignal.timeout(20_000);
    expect(await resolve("one", signal)).toEqual([{ address: "127.0.0.7", family: 4 }]);
    await writeFile(options.hostsFile!, "127.0.0.8 one");
    await utimes(options.hostsFile!, 1, 1);
    expect(await resolve("one", signal)).toEqual([{ address: "127.0.0.8", family: 4 }]);
    await rm(options.hostsFile!);
    expect(await resolve("localhost", signal)).toHaveLength(2);
    expect(await resolve("four.test", signal)).toHaveLength(1);
  });

  test("stops a look-up and its queries when the signal aborts", async () => {
    const ended = new AbortController();
    const looking = find("silent.test", ended.signal);
    await server.hasAsked(2);
    ended.abort();
    await expect(looking).rejects.toThrow();
  });

  test("silent name servers delay no other look-up, file access or compression", async () => {
    const client = createOutgoing({
      timeoutMs: 20_000,
      maxRequestBytes: 0,
      maxResponseBytes: 0,
      privateNetworks: "",
      resolve: systemNames(options),
    });
    let ended = 0;
    const requests = Array.from({ length: 12 }, (_, at) =>
      client
        .send({ method: "GET", url: `http://silent${at}.test/`, headers: [], timeoutMs: 20_000 })
        .catch((error) => error)
        .finally(() => ended++),
    );
    await server.hasAsked(24);
    const work = Array.from({ length: 8 }, () => [
      readFile(options.hostsFile!),
      promisify(gunzip)(gzipSync("x".repeat(10_000))),
      lookup("localhost"),
    ]);
    await Promise.all(work.flat());
    expect(await find("four.test")).toEqual(["4 192.0.2.1"]);
    expect(ended).toBe(0);
    server.close();
    for (const error of await Promise.all(requests))
      expect(error.message).toMatch(/^The host name silent\d+\.test could not be resolved/);
  });

  test("a request connects to the resolved address if it is permitted", async () => {
    const forbidden = await startElsewhere((_, response) => response.end("forbidden"), "127.0.0.2");
    const elsewhere = await startElsewhere((_, response) => response.end("hello"));
    try {
      const client = createOutgoing({
        timeoutMs: 20_000,
        maxRequestBytes: 0,
        maxResponseBytes: 1_000,
        privateNetworks: "127.0.0.1",
        resolve: systemNames(options),
      });
      const get = (host: string, port: number) =>
        client.send({ method: "GET", url: `http://${host}:${port}/`, headers: [], timeoutMs: 20_000 });
      expect((await get("here.test", elsewhere.port)).body.toString()).toBe("hello");
      expect((await get("mixed.test", elsewhere.port)).body.toString()).toBe("hello");
      expect((await get("localhost", elsewhere.port)).body.toString()).toBe("hello");
      await expect(get("private.test", forbidden.port)).rejects.toThrow("private.test has a private address");
      await expect(get("none.test", forbidden.port)).rejects.toThrow("The host name none.test could not be resolved.");
      expect(forbidden.received).toEqual([]);
    } finally {
      await forbidden.close();
      await elsewhere.close();
    }
  });
});
