import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AppleCertificates } from "../../src/providers/apple-certificates.ts";
import {
  type GameCenterCredentials,
  type GameCenterSettings,
  gameCenter,
  verifyGameCenter,
} from "../../src/providers/game-center.ts";
import { settingsIn } from "../../src/providers/index.ts";
import type { ProviderContext } from "../../src/providers/provider.ts";
import type { CertificateRequest } from "../support/certificates.ts";
import {
  type GameCenterStandIn,
  type GameCenterStandInOptions,
  startGameCenterStandIn,
} from "../support/stand-ins/game-center.ts";
import { context, failureOf, hasty, NOW, TROUBLES } from "./support.ts";

const BUNDLE_ID = "com.example.game";
const PLAYER = "T:_0123456789abcdef0123456789abcdef";
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let apple: GameCenterStandIn;
let settings: GameCenterSettings;
let certificates: AppleCertificates;
beforeAll(async () => {
  apple = await startGameCenterStandIn({ bundleId: BUNDLE_ID, now: () => NOW });
  settings = settingsOf(apple);
});
afterAll(() => apple.close());
beforeEach(() => {
  certificates = new AppleCertificates();
  apple.heal();
  apple.requests.length = 0;
});

function settingsOf({ integration }: GameCenterStandIn): GameCenterSettings {
  const read = settingsIn({ apple: integration }, gameCenter);
  if (!read) throw new Error("the stand-in's integration is not complete");
  return read;
}

function verify(credentials: GameCenterCredentials, more: Partial<ProviderContext> = {}, by = settings) {
  return verifyGameCenter(credentials, by, { ...context, ...more }, certificates);
}

describe("verifyGameCenter", () => {
  test("returns the player that Apple signed, with the client's displayName", async () => {
    const identity = apple.signIdentity(PLAYER);
    expect(await verify(identity)).toEqual({ id: PLAYER });
    expect(await verify({ ...identity, displayName: "Ann" })).toEqual({ id: PLAYER, displayName: "Ann" });
    expect(apple.requests.map(({ path }) => path)).toEqual(["/public-key/gc-stand-in.cer", "/StandInIntermediate.crt"]);
  });

  const signed = (id: string, more = {}) => apple.signIdentity(id, more);
  const refused = "signature: NOTAUTHENTICATED";
  const refusals: { name: string; credentials: () => GameCenterCredentials; expected: string }[] = [
    {
      name: "another player's signature",
      credentials: () => ({ ...signed("T:_other"), externalPlayerId: PLAYER }),
      expected: refused,
    },
    {
      name: "another bundle id's signature",
      credentials: () => signed(PLAYER, { bundleId: "com.evil" }),
      expected: refused,
    },
    {
      name: "another time than the signed one",
      credentials: () => ({ ...signed(PLAYER), timestamp: NOW - 1 }),
      expected: refused,
    },
    {
      name: "another salt than the signed one",
      credentials: () => ({ ...signed(PLAYER), salt: "AAAAAA==" }),
      expected: refused,
    },
    {
      name: "a signature of nothing",
      credentials: () => ({ ...signed(PLAYER), signature: "MTIzNA==" }),
      expected: refused,
    },
    {
      name: "a signature that is not base64",
      credentials: () => ({ ...signed(PLAYER), signature: "1234 !" }),
      expected: refused,
    },
    { name: "an empty signature", credentials: () => ({ ...signed(PLAYER), signature: "" }), expected: refused },
    { name: "a salt that is not base64", credentials: () => ({ ...signed(PLAYER), salt: "*" }), expected: refused },
    { name: "an endless salt", credentials: () => ({ ...signed(PLAYER), salt: "A".repeat(4096) }), expected: refused },
    { name: "a signature over SHA-1", credentials: () => signed(PLAYER, { algorithm: "sha1" }), expected: refused },
    {
      name: "a player id with a space",
      credentials: () => signed("T: 1"),
      expected: "externalPlayerId: NOTAUTHENTICATED",
    },
    { name: "an empty player id", credentials: () => signed(""), expected: "externalPlayerId: NOTAUTHENTICATED" },
    {
      name: "an endless player id",
      credentials: () => signed("T".repeat(257)),
      expected: "externalPlayerId: NOTAUTHENTICATED",
    },
    {
      name: "a signature that is right but for how it is written",
      credentials: () => {
        const right = signed(PLAYER);
        return { ...right, signature: `${right.signature}\n` };
      },
      expected: refused,
    },
    {
      name: "a time too old",
      credentials: () => signed(PLAYER, { timestamp: NOW - 5 * MINUTE - 1 }),
      expected: "timestamp: EXPIRED",
    },
    {
      name: "a time too far ahead",
      credentials: () => signed(PLAYER, { timestamp: NOW + MINUTE + 1 }),
      expected: "timestamp: EXPIRED",
    },
    ...[Number.NaN, -1, 1.5, 2 ** 60].map((timestamp) => ({
      name: `the time ${timestamp}`,
      credentials: () => ({ ...signed(PLAYER), timestamp }),
      expected: "timestamp: EXPIRED",
    })),
  ];
  test.each(refusals)("refuses $name", async ({ credentials, expected }) => {
    const sent = credentials();
    expect(await failureOf(verify(sent), sent.signature ? [sent.signature] : [])).toBe(expected);
  });

  test.each([NOW - 5 * MINUTE, NOW + MINUTE])("accepts the timestamp %i, at the limit", async (timestamp) => {
    expect(await verify(apple.signIdentity(PLAYER, { timestamp }))).toEqual({ id: PLAYER });
  });

  test("accepts older signatures and SHA-1 if the settings allow them", async () => {
    const lenient = { ...settings, maxAgeMs: DAY, allowSha1: true };
    const identity = apple.signIdentity(PLAYER, { timestamp: NOW - DAY, algorithm: "sha1" });
    expect(await verify(identity, {}, lenient)).toEqual({ id: PLAYER });
  });
});

describe("the certificate's URL", () => {
  test.each([
    "http://static.gc.apple.com/public-key/gc-stand-in.cer",
    "https://static.gc.apple.com.evil.example/public-key/gc-stand-in.cer",
    "https://evilapple.com/public-key/gc-stand-in.cer",
    "https://apple.com/public-key/gc-stand-in.cer",
    "https://evil.example/.apple.com/gc-stand-in.cer",
    "https://evil.example#.apple.com/gc-stand-in.cer",
    "https://evil.example\\@static.gc.apple.com/public-key/gc-stand-in.cer",
    "https://static.gc.apple.com@evil.example/gc-stand-in.cer",
    "https://user:pass@static.gc.apple.com/public-key/gc-stand-in.cer",
    "https://static.gc.apple.com:8443/public-key/gc-stand-in.cer",
    "https://static.gc.apple.com./public-key/gc-stand-in.cer",
    "https://static.gc.apple.com/public-key/gc-stand-in.cer?a=b",
    "https://static.gc.apple.com/public-key/gc-stand-in.cer?",
    "https://static.gc.apple.com/public-key/gc-stand-in.cer#a",
    "https://static.gc.apple.com/redirect?to=x.cer",
    "https://static.gc.apple.com/public-key/../x/gc-stand-in.cer",
    "https://static.gc.apple.com/public-key/gc-stand-in.pem",
    " https://static.gc.apple.com/public-key/gc-stand-in.cer",
    "https://static.gc.apple.com/public-\tkey/gc-stand-in.cer",
    "HTTPS://static.gc.apple.com/public-key/gc-stand-in.cer",
    `https://static.gc.apple.com/${"a".repeat(600)}.cer`,
    "file:///etc/passwd.cer",
    "data:text/plain,.cer",
    "gc-stand-in.cer",
    "",
  ])("may not be %j", async (publicKeyUrl) => {
    const attempt = verify({ ...apple.signIdentity(PLAYER), publicKeyUrl });
    expect(await failureOf(attempt, [])).toBe("signature: NOTAUTHENTICATED");
    expect(apple.requests).toEqual([]);
  });

  test("may be on any host under apple.com", async () => {
    const publicKeyUrl = "https://sandbox.gc.apple.com/public-key/gc-stand-in.cer";
    expect(await verify({ ...apple.signIdentity(PLAYER), publicKeyUrl })).toEqual({ id: PLAYER });
  });
});

describe("the certificate", () => {
  type Change = Pick<GameCenterStandInOptions, "certificate" | "issuerCertificate">;
  const leaf = (changes: Partial<CertificateRequest>): Change => ({
    certificate: (usual) => ({ ...usual, ...changes }),
  });
  const cases: { name: string; reason: RegExp; change: () => Change }[] = [
    { name: "somebody else's", reason: /not Apple's/, change: () => leaf({ organisation: "Banana Inc." }) },
    {
      name: "of a name that only begins with Apple's",
      reason: /not Apple's/,
      change: () => leaf({ organisation: "Apple Inc. of Nowhere" }),
    },
    { name: "not for code signing", reason: /not for signing/, change: () => leaf({ isCodeSigning: false }) },
    {
      name: "of an EC key",
      reason: /not an RSA key/,
      change: () => leaf({ publicKey: generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey }),
    },
    {
      name: "of a short RSA key",
      reason: /2048 bits/,
      change: () => leaf({ publicKey: generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey }),
    },
    { name: "out of date", reason: /not currently valid/, change: () => leaf({ validTo: new Date(NOW - 1000) }) },
    { name: "not valid yet", reason: /not currently valid/, change: () => leaf({ validFrom: new Date(NOW + 1000) }) },
    {
      name: "signed by itself",
      reason: /chain is broken/,
      change: () => leaf({ issuer: strangers("Apple Inc.", "Apple Inc.") }),
    },
    {
      name: "signed by another key under the issuer's name",
      reason: /chain is broken/,
      change: () => leaf({ issuer: strangers("Stand-in Intermediate", "Stand-in") }),
    },
    {
      name: "signed by the issuer's key under another name",
      reason: /chain is broken/,
      change: () => ({
        certificate: (usual) => ({ ...usual, issuer: { ...usual.issuer, commonName: "Another Intermediate" } }),
      }),
    },
    {
      name: "of an issuer that may not issue any",
      reason: /chain is broken/,
      change: () => ({ issuerCertificate: (usual) => ({ ...usual, isAuthority: false }) }),
    },
    {
      name: "of an issuer out of date",
      reason: /chain is broken/,
      change: () => ({ issuerCertificate: (usual) => ({ ...usual, validTo: new Date(NOW - 1000) }) }),
    },
    {
      name: "of an issuer that nobody trusts",
      reason: /issuer is unknown/,
      change: () => ({ issuerCertificate: (usual) => ({ ...usual, issuer: strangers("Stand-in Root", "Stand-in") }) }),
    },
    {
      name: "of an endless chain",
      reason: /too long/,
      change: () => {
        const issuer = strangers("Stand-in Intermediate", "Stand-in");
        const issuerUrl = "http://cacerts.digicert.com/StandInIntermediate.crt";
        return {
          certificate: (usual) => ({ ...usual, issuer }),
          issuerCertificate: (usual) => ({ ...usual, publicKey: issuer.publicKey, issuer, issuerUrl }),
        };
      },
    },
    {
      name: "of an issuer on an unknown host",
      reason: /issuer is unknown/,
      change: () => leaf({ issuerUrl: "http://evil.example/i.crt" }),
    },
    {
      name: "of an issuer on a host that ends alike",
      reason: /issuer is unknown/,
      change: () => leaf({ issuerUrl: "http://evildigicert.com/i.crt" }),
    },
    {
      name: "of an issuer in a file",
      reason: /issuer is unknown/,
      change: () => leaf({ issuerUrl: "file://cacerts.digicert.com/etc/i.crt" }),
    },
    {
      name: "of an issuer that is not there",
      reason: /does not exist/,
      change: () => leaf({ issuerUrl: "http://cacerts.digicert.com/no.crt" }),
    },
    {
      name: "of an issuer that turns out to be itself",
      reason: /chain is broken/,
      change: () => leaf({ issuerUrl: "http://cacerts.digicert.com/public-key/gc-stand-in.cer" }),
    },
  ];
  test.each(cases)("may not be $name", async ({ reason, change }) => {
    const other = await startGameCenterStandIn({ bundleId: BUNDLE_ID, now: () => NOW, ...change() });
    try {
      const attempt = verify(other.signIdentity(PLAYER), {}, settingsOf(other));
      expect(await failureOf(attempt, [])).toBe("signature: NOTAUTHENTICATED");
      await expect(attempt).rejects.toThrow(reason);
      expect(other.requests.length, "the leaf, and three issuers at most").toBeLessThanOrEqual(4);
    } finally {
      await other.close();
    }
  });

  test("may not chain to an untrusted root", async () => {
    const { certificateAuthorities: _, ...untrusting } = settings;
    expect(await failureOf(verify(apple.signIdentity(PLAYER), {}, untrusting), [])).toBe("signature: NOTAUTHENTICATED");
  });

  test("may not be missing", async () => {
    const publicKeyUrl = "https://static.gc.apple.com/public-key/gc-prod-0.cer";
    const attempt = verify({ ...apple.signIdentity(PLAYER), publicKeyUrl });
    expect(await failureOf(attempt, [])).toBe("signature: NOTAUTHENTICATED");
  });

  const texts = /^(null|a list|an empty object|prototype keys|garbage)$/;
  const paths = ["/public-key/gc-stand-in.cer", "/StandInIntermediate.crt"];
  test.each(paths.flatMap((path) => TROUBLES.map((trouble) => ({ ...trouble, path }))))(
    "is unavailable on $name from $path",
    async ({ name, path, failure, isHasty, reason }) => {
      apple.failWith({ ...failure, path });
      const attempt = verify(apple.signIdentity(PLAYER), isHasty ? hasty : {});
      expect(await failureOf(attempt, [])).toBe("unavailable GC");
      await expect(attempt).rejects.toThrow(texts.test(name) ? /not a certificate/ : reason);
      apple.heal();
      expect(await verify(apple.signIdentity(PLAYER))).toEqual({ id: PLAYER });
    },
  );
});

describe("cached certificates", () => {
  const fetched = () => apple.requests.filter(({ path }) => path.endsWith(".cer")).length;

  test("are not fetched again until Apple's cache headers expire", async () => {
    await verify(apple.signIdentity(PLAYER));
    for (const now of [NOW, NOW + 60 * MINUTE - 1]) {
      await verify(apple.signIdentity(PLAYER, { timestamp: now }), { now: () => now });
    }
    expect(fetched()).toBe(1);
    const now = NOW + 60 * MINUTE;
    await verify(apple.signIdentity(PLAYER, { timestamp: now }), { now: () => now });
    expect(fetched()).toBe(2);
  });

  test("are fetched once for concurrent callers", async () => {
    const identities = Array.from({ length: 20 }, (_, index) => apple.signIdentity(`T:_${index}`));
    const profiles = await Promise.all(identities.map((identity) => verify(identity)));
    expect(profiles.map(({ id }) => id)).toEqual(identities.map(({ externalPlayerId }) => externalPlayerId));
    expect(fetched()).toBe(1);
  });

  test("are refused once they expire, even while still cached", async () => {
    const validTo = new Date(NOW + 2 * MINUTE);
    const certificate = (usual: CertificateRequest) => ({ ...usual, validTo });
    const brief = await startGameCenterStandIn({ bundleId: BUNDLE_ID, now: () => NOW, certificate });
    try {
      const identity = brief.signIdentity(PLAYER);
      expect(await verify(identity, {}, settingsOf(brief))).toEqual({ id: PLAYER });
      const attempt = verify(identity, { now: () => NOW + 3 * MINUTE }, settingsOf(brief));
      expect(await failureOf(attempt, [])).toBe("signature: NOTAUTHENTICATED");
    } finally {
      await brief.close();
    }
  });

  test("are accepted in the second in which they expire", async () => {
    const validTo = new Date(NOW);
    const certificate = (usual: CertificateRequest) => ({ ...usual, validTo });
    const ending = await startGameCenterStandIn({ bundleId: BUNDLE_ID, now: () => NOW, certificate });
    try {
      const identity = ending.signIdentity(PLAYER);
      expect(await verify(identity, {}, settingsOf(ending))).toEqual({ id: PLAYER });
      const late = verify(identity, { now: () => NOW + 1_000 }, settingsOf(ending));
      expect(await failureOf(late, [])).toBe("signature: NOTAUTHENTICATED");
    } finally {
      await ending.close();
    }
  });

  test("are limited in number; the least recently used one is evicted", async () => {
    const urlOf = (index: number) => `https://host-${index}.apple.com/public-key/gc-stand-in.cer`;
    const use = (index: number) => verify({ ...apple.signIdentity(PLAYER), publicKeyUrl: urlOf(index) });
    for (let index = 0; index < 16; index++) await use(index);
    await use(0);
    expect(fetched()).toBe(16);
    await use(16);
    expect(fetched()).toBe(17);
    await use(0);
    expect(fetched()).toBe(17);
    await use(1);
    expect(fetched()).toBe(18);
  });

  test("are fetched again a minute after a refusal, not before", async () => {
    const { certificateAuthorities: _, ...untrusting } = settings;
    const attempt = (now: number) => verify(apple.signIdentity(PLAYER), { now: () => now }, untrusting);
    for (const now of [NOW, NOW + 59_000, NOW + 61_000]) {
      expect(await failureOf(attempt(now), [])).toBe("signature: NOTAUTHENTICATED");
    }
    expect(fetched()).toBe(2);
  });

  test("are fetched by at most eight concurrent calls", async () => {
    apple.failWith({ kind: "hang" });
    const attempts = Array.from({ length: 9 }, (_, index) => {
      const publicKeyUrl = `https://host-${index}.apple.com/public-key/gc-stand-in.cer`;
      return verify({ ...apple.signIdentity(PLAYER), publicKeyUrl }, hasty);
    });
    const failures = await Promise.all(attempts.map((attempt) => failureOf(attempt, [])));
    expect(failures).toEqual(Array(9).fill("unavailable GC"));
    await expect(attempts[7]).rejects.toThrow(/in time/);
    await expect(attempts[8]).rejects.toThrow(/too many/);
    expect(fetched()).toBeLessThanOrEqual(8);
    apple.heal();
    expect(await verify(apple.signIdentity(PLAYER))).toEqual({ id: PLAYER });
  });
});

/** An issuer of that name with a key of its own. */
function strangers(commonName: string, organisation: string) {
  return { commonName, organisation, ...generateKeyPairSync("ec", { namedCurve: "P-256" }) };
}
