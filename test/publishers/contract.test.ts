import type { TProperties } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isNetwork, publisherOf, publishers } from "../../src/publishers/index.ts";
import { type Draft, NETWORKS, type Network, type NetworkAccount } from "../../src/publishers/publisher.ts";
import { networks } from "../support/networks/index.ts";
import type { NetworkStandIn } from "../support/networks/stand-in.ts";
import { contextOf, draftOf, failureOf, IMAGE, media, NOW, progressOf } from "./support.ts";

/** What holds for every network. */

const VIDEO = { url: "https://media.example/contract.mp4", kind: "video" } as const;
media.set(VIDEO.url, { bytes: Buffer.from("a small video"), type: "video/mp4" });
media.set("https://media.example/a.jpg", { bytes: Buffer.from("a photo"), type: "image/jpeg" });

/** What a network needs besides a text. */
const NEEDS: Partial<Record<Network, Partial<Draft>>> = {
  instagram: { media: [IMAGE] },
  reddit: { options: { title: "News", subreddit: "gamedev" } },
  tiktok: { media: [VIDEO] },
  youtube: { media: [VIDEO], options: { title: "News" } },
};

test("every network has a publisher, and nothing else is one", () => {
  expect(publishers.map(({ network }) => network)).toEqual([...NETWORKS].sort());
  for (const network of NETWORKS) expect(publisherOf(network)?.network).toBe(network);
  expect(["myspace", "", "constructor", undefined, 1].map(isNetwork)).toEqual(Array(5).fill(false));
});

describe.each(NETWORKS)("%s", (network) => {
  const publisher = publisherOf(network)!;
  const draft = draftOf("Hello from the contract", NEEDS[network]);
  let standIn: NetworkStandIn;
  // biome-ignore lint/suspicious/noExplicitAny: settings of a server, as they are read.
  let settings: any;
  let account: NetworkAccount;
  let time: number;
  beforeEach(async () => {
    time = NOW;
    standIn = await networks[network](() => time);
    account = standIn.connect();
    settings = { ...defaults(), ...standIn.settings };
  });
  afterEach(() => standIn.close());

  const declared = Object.entries(publisher.settings as TProperties);
  const defaults = () => Object.fromEntries(declared.map(([name, schema]) => [name, schema.default]));

  const context = (timeoutMs = 20_000) => contextOf({ timeoutMs, sleep: async () => {}, now: () => time });
  const publish = (within = context(), progress = progressOf()) =>
    publisher.publish(settings, account, draft, within, progress);
  const secrets = () => {
    const { token, tokenSecret, refreshToken } = account.credentials;
    return [token, tokenSecret, refreshToken].filter((secret) => secret !== undefined);
  };

  test("its settings begin with its name, have a default that is valid, and public addresses with https", () => {
    for (const [name, schema] of declared) {
      expect(name.startsWith(network)).toBe(true);
      expect(schema.description).toMatch(/\.$/);
      expect(Value.Check(schema, schema.default)).toBe(true);
      if (!/Url$/.test(name)) continue;
      expect(schema.default).toMatch(/^https:\/\/[^/]/);
      for (const url of ["http://graph.example", "ftp://127.0.0.1", "https://user@a.example", "https://a.example?x"]) {
        expect(Value.Check(schema, url)).toBe(false);
      }
      expect(Value.Check(schema, "http://127.0.0.1:8080/v1")).toBe(true);
    }
    expect(publisher.missing?.(settings)).toBeUndefined();
  });

  test("publishes, and deletes what it published, also if it is gone", async () => {
    expect(publisher.check(draft)).toEqual([]);
    const post = await publish();
    expect(standIn.posts()).toEqual([{ id: post.id, text: draft.text }]);
    if (!publisher.delete) return;
    await publisher.delete(settings, account, post, context());
    expect(standIn.posts()).toEqual([]);
    await publisher.delete(settings, account, post, context());
  });

  test("finds the post of an attempt whose response was lost, where the network can be asked", async () => {
    standIn.failNext("drop-after-create");
    const progress = progressOf();
    expect(await failureOf(publish(context(), progress), secrets())).toBe("unknown");
    expect(standIn.posts()).toHaveLength(1);
    if (!publisher.find) return;
    time += 120_000;
    const attempt = { attemptedAt: NOW, saved: progress.saved };
    const found = await publisher.find(settings, account, draft, attempt, context());
    if (network === "tiktok") expect(found).toBe("unknown");
    else expect(found).toMatchObject({ id: standIn.posts()[0]!.id });
  });

  test.each([
    { how: "hang", expected: /^unknown$/ },
    { how: "500", expected: /^unknown$/ },
    { how: "rate", expected: /^RATE/ },
    { how: "token", expected: /^TOKEN/ },
  ] as const)("publishes nothing on $how", async ({ how, expected }) => {
    standIn.failNext(how);
    expect(await failureOf(publish(context(how === "hang" ? 500 : 20_000)), secrets())).toMatch(expected);
    expect(standIn.posts()).toEqual([]);
  });

  test("is UNAVAILABLE if nothing listens there, in each of its calls", async () => {
    const progress = progressOf();
    const post = await publish(context(), progress);
    await standIn.close();
    const attempt = { attemptedAt: NOW, saved: progress.saved };
    for (const call of [
      () => publish(),
      () => publisher.delete?.(settings, account, post, context()),
      () => publisher.revoke?.(settings, account, context()),
    ]) {
      const attempt = call();
      if (attempt) expect(await failureOf(attempt, secrets())).toBe("UNAVAILABLE");
    }
    const found = await publisher.find?.(settings, account, draft, attempt, context()).catch((error) => error);
    if (found !== "unknown" && found !== undefined) expect(found).toMatchObject({ kind: "UNAVAILABLE" });
  });

  test("renewing reports the end of a grant, and nothing else as that", async () => {
    if (!publisher.refresh) return;
    time += 86_400_000 * 30;
    await standIn.close();
    const refused = await publisher.refresh(settings, account, context()).catch((error) => error);
    expect(refused).not.toMatchObject({ kind: "TOKEN" });
    standIn = await networks[network](() => time);
    settings = { ...settings, ...standIn.settings };
    account = standIn.connect();
    standIn.failNext("token");
    const ended = await publisher.refresh(settings, account, context()).catch((error) => error);
    expect(ended).toMatchObject({ kind: "TOKEN" });
  });
});
