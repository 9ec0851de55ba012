import { fork } from "node:child_process";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CertificateRequest, writeCertificate } from "../support/certificates.ts";

const NAMES = ["localhost", "127.0.0.1"];
const DAY_MS = 86_400_000;

interface Certificate {
  commonName: string;
  privateKey: KeyObject;
  /** PEM. */
  cert: string;
}

/** Signed by itself where no issuer is named. */
async function certificate(commonName: string, more: Partial<CertificateRequest> = {}): Promise<Certificate> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { pem } = await writeCertificate({
    commonName,
    publicKey,
    issuer: { commonName, privateKey },
    validFrom: new Date(Date.now() - DAY_MS),
    validTo: new Date(Date.now() + DAY_MS),
    ...more,
  });
  return { commonName, privateKey, cert: pem };
}

const authority = await certificate("a CA", { isAuthority: true });
const stranger = await certificate("another CA", { isAuthority: true });
const impostor = await certificate("a CA", { isAuthority: true });
const long = (years: number) => new Date(Date.now() + years * 365 * DAY_MS);
const by = (issuer: Certificate, more: Partial<CertificateRequest> = {}) =>
  certificate("a server", { hosts: NAMES, issuer, ...more });

const refused = (code: string) => `OutgoingError: The certificate of localhost was rejected (${code}).`;

const CASES: [what: string, certificate: Certificate, host: string, outcome: string, withoutAuthority?: string][] = [
  ["by the authority", await by(authority), "localhost", "hello", refused("UNABLE_TO_VERIFY_LEAF_SIGNATURE")],
  [
    "by the authority, for an address",
    await by(authority),
    "127.0.0.1",
    "hello",
    refused("UNABLE_TO_VERIFY_LEAF_SIGNATURE").replace("localhost", "127.0.0.1"),
  ],
  ["by itself", await certificate("a server", { hosts: NAMES }), "localhost", refused("DEPTH_ZERO_SELF_SIGNED_CERT")],
  ["by another authority", await by(stranger), "localhost", refused("UNABLE_TO_VERIFY_LEAF_SIGNATURE")],
  ["by what says that it is the authority", await by(impostor), "localhost", refused("CERT_SIGNATURE_FAILURE")],
  [
    "of yesterday",
    await by(authority, { validFrom: long(-2), validTo: new Date(Date.now() - DAY_MS) }),
    "localhost",
    refused("CERT_HAS_EXPIRED"),
  ],
  [
    "of a later year",
    await by(authority, { validFrom: long(1), validTo: long(40) }),
    "localhost",
    refused("CERT_NOT_YET_VALID"),
  ],
  [
    "for another name",
    await by(authority, { hosts: ["other.test", "127.0.0.2"] }),
    "localhost",
    refused("ERR_TLS_CERT_ALTNAME_INVALID"),
  ],
];

describe("TLS certificates of other servers", () => {
  let folder: string;
  const servers: Server[] = [];
  let urls: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tls-"));
    await writeFile(join(folder, "ca.pem"), authority.cert);
    urls = await Promise.all(
      CASES.map(async ([, { cert, privateKey }, host]) => {
        const key = privateKey.export({ type: "pkcs8", format: "pem" });
        const server = createServer({ cert, key }, (_, response) => response.end("hello"));
        server.on("tlsClientError", () => {});
        servers.push(server);
        return `https://${host}:${await portOf(server)}/`;
      }),
    );
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await rm(folder, { recursive: true });
  });

  test("are accepted if NODE_EXTRA_CA_CERTS trusts the authority, and otherwise rejected", async () => {
    const outcomes = await send(urls, { NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") });
    expect(CASES.map(([what], at) => [what, outcomes[at]])).toEqual(
      CASES.map(([what, , , outcome]) => [what, outcome]),
    );
  });

  test("are rejected if untrusted, even with NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
    const outcomes = await send(urls.slice(0, 3), { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    expect(outcomes).toEqual(CASES.slice(0, 3).map(([, , , outcome, without]) => without ?? outcome));
  });

  test("a server without TLS and one that closes during the handshake are unreachable", async () => {
    const plain = createHttpServer((_, response) => response.end("hello"));
    const rude = createHttpServer().on("connection", (socket) => socket.destroy());
    try {
      const outcomes = await send([
        `https://localhost:${await portOf(plain)}/`,
        `https://localhost:${await portOf(rude)}/`,
      ]);
      expect(outcomes[0]).toMatch(/^OutgoingError: localhost could not be reached \((EPROTO|ERR_SSL_[A-Z_]+)\)\.$/);
      expect(outcomes[1]).toMatch(/^OutgoingError: localhost could not be reached \(ECONNRESET\)\.$/);
    } finally {
      plain.close();
      rude.close();
    }
  });
});

/** What a process of its own gets from each, as Node reads which authorities it trusts when it starts. */
async function send(urls: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env;
  const env = { ...inherited, NODE_NO_WARNINGS: "1", ...environment };
  const child = fork(new URL("tls-child.ts", import.meta.url), [...urls], { execArgv: [], env });
  const [[outcomes]] = await Promise.all([once(child, "message"), once(child, "exit")]);
  return outcomes;
}

async function portOf(
  server: { listen(port: number, host: string): unknown; address(): unknown } & NodeJS.EventEmitter,
) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
