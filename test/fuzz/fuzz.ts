import { connect } from "node:net";
import { Messages } from "../../src/domains/messages/messages.ts";
import type { AnyRequest } from "../../src/requests/definition.ts";
import { challengeGame } from "../domains/challenges/support.ts";
import { API_KEY, DEVICE_SECRET, SERVER_SECRET, startTestApp, type TestApp, testCredential } from "../support/app.ts";
import type { AnyFrame, TestClient } from "../support/client.ts";
import { FrameMaker, LIMITS } from "./frames.ts";
import { Random } from "./random.ts";
import { type Role, type VisitReport, visit } from "./visit.ts";

export interface FuzzOptions {
  seed: number;
  /** Continues until this many frames were sent and this much time has passed. */
  frames: number;
  seconds: number;
}

export interface FuzzReport {
  frames: number;
  connections: number;
  /** How far frames came → how many. */
  layers: Record<string, number>;
  /** What must not happen, in sentences. */
  problems: string[];
}

const AT_ONCE = 8;
const FRAMED_SECRET = "framed:secret";
const MAX_PROBLEMS = 20;
/** For each thousand frames on sockets. */
const PER_THOUSAND = { rest: 4, upgrades: 2, local: 20 };
const UNLIMITED = 1_000_000;
const PATIENCE_MS = 60_000;

/** Sends frames of every kind to a server in this process, by real sockets, and watches an innocent client meanwhile. */
export async function fuzz({ seed, frames, seconds }: FuzzOptions): Promise<FuzzReport> {
  const report: FuzzReport = { frames: 0, connections: 0, layers: {}, problems: [] };
  const problem = (text: string) => {
    if (report.problems.length < MAX_PROBLEMS) report.problems.push(text);
  };
  const uncaught = (error: unknown) => problem(`reached the process: ${(error as Error)?.stack ?? error}`);
  process.on("uncaughtException", uncaught);
  const app = await startFuzzedApp();
  const innocent = await app.client();
  const innocentId = await signIn(innocent, "innocent");
  const playerIds = [innocentId];
  for (let i = 0; i < 3; i++) {
    const client = await app.client();
    playerIds.push(await signIn(client, `fuzz-${i}`));
    await client.close();
  }
  const roles = rolesOf(app);
  const random = new Random(seed);
  const endsAt = performance.now() + seconds * 1_000;
  const goesOn = () => report.problems.length === 0 && (report.frames < frames || performance.now() < endsAt);

  const visitor = async (own: Random) => {
    while (goesOn()) {
      const of = own.fork();
      const role = of.weighted(roles);
      const maker = new FrameMaker(of.fork(), app.services.requests, playerIds);
      const seen = await inTime(visit(role, of, maker), `a visit of ${role.url}`);
      report.frames += seen.frames;
      report.connections++;
      for (const text of judge(seen, report.layers)) problem(`${role.url}: ${text}`);
      await bySideDoors(app, own.fork(), seen.frames, playerIds, report, problem);
      const served = await inTime(innocent.request("AccountDetailsRequest"), "the innocent client");
      if (served.userId !== innocentId) problem(`the innocent client was answered ${JSON.stringify(served)}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, () => visitor(random.fork())));
    if (report.problems.length === 0) {
      const late = await inTime(app.client(), "a client that comes late");
      await inTime(signIn(late, "late"), "its login");
      await inTime(app.services.service(Messages).settled(), "messages");
    }
    if (innocent.socket.readyState !== innocent.socket.OPEN) problem("the innocent client was disconnected");
  } catch (error) {
    problem(`the fuzzer itself: ${(error as Error).stack}`);
  }
  for (const line of app.log) {
    if (line["errorId"] !== undefined || Number(line["level"]) >= 50) problem(`in the log: ${JSON.stringify(line)}`);
  }
  for (const [place, count] of Object.entries(app.services.metrics.unexpected)) {
    if (count > 0) problem(`${count} unexpected errors: ${place}`);
  }
  await inTime(app.discard(), "the stop").catch((error) => problem(String(error)));
  process.off("uncaughtException", uncaught);
  return report;
}

/** A table of how far frames came. */
export function tableOf({ frames, connections, layers }: FuzzReport): string {
  const rows = Object.entries(layers).sort(([, a], [, b]) => b - a);
  const lines = rows.map(([layer, count]) => `  ${String(count).padStart(9)}  ${layer}`);
  return [`${frames} frames on ${connections} connections`, ...lines].join("\n");
}

function startFuzzedApp(): Promise<TestApp> {
  const framed = testCredential("framed", { secret: FRAMED_SECRET });
  return startTestApp({
    game: challengeGame({}, [framed]),
    ticks: false,
    config: {
      ...LIMITS,
      requestsPerSecond: UNLIMITED,
      requestBurst: UNLIMITED,
      serverRequestsPerSecond: UNLIMITED,
      maxQueuedPerSocket: UNLIMITED,
      logLevel: "warn",
      drainTimeoutMs: 2_000,
    },
  });
}

function rolesOf(app: TestApp): [number, Role][] {
  const role = (url: string, secret: string, rest: Partial<Role> = {}): Role => ({
    ...{ url, secret, framed: false, signsIn: true },
    ...rest,
  });
  return [
    [6, role(app.socketUrl(), DEVICE_SECRET)],
    [2, role(app.socketUrl("server"), SERVER_SECRET)],
    [2, role(`${app.url}/ws/secure/${API_KEY}?SDK=Unity`, FRAMED_SECRET, { framed: true })],
  ];
}

/** What is wrong with what a visit got back; counts how far its frames came. */
function judge(
  { answers, expected, closed, reason, mayClose, left }: VisitReport,
  layers: FuzzReport["layers"],
): string[] {
  const problems: string[] = [];
  for (const answer of answers) {
    const layer = layerOf(answer);
    layers[layer] = (layers[layer] ?? 0) + 1;
    if (answer.error?.server !== undefined) problems.push(`answered ${JSON.stringify(answer)}`);
  }
  if (closed !== undefined) {
    layers[`closed ${closed}`] = (layers[`closed ${closed}`] ?? 0) + 1;
    if (!mayClose.has(closed)) problems.push(`closed with ${closed}: ${reason}`);
  }
  const isComplete = closed !== undefined || left ? answers.length <= expected : answers.length === expected;
  if (!isComplete) problems.push(`${answers.length} answers to frames that get ${expected}`);
  return problems;
}

function layerOf({ error }: AnyFrame): string {
  if (!error) return "worked on: done";
  const detail = String(error.detail ?? "");
  if ("request" in error) return `read: ${error.request}`;
  if (/handshake|hmac/.test(detail)) return "refused: the handshake";
  if ("@class" in error || ("requestId" in error && detail !== "")) return "refused: class or requestId";
  if ("RUNTIME_API_REQUESTS_PREVIEW_SECOND" in error) return "refused: rate";
  if (("authentication" in error || "playerId" in error) && detail !== "") return "refused: player";
  return /^\w+Request: /.test(detail) ? "refused: fields" : "worked on: refused by the request";
}

/** The same frames by REST, by upgrades and inside the process. */
async function bySideDoors(
  app: TestApp,
  random: Random,
  frames: number,
  playerIds: readonly string[],
  { layers }: FuzzReport,
  problem: (text: string) => void,
): Promise<void> {
  const maker = new FrameMaker(random.fork(), app.services.requests, playerIds);
  const times = (perThousand: number) => Math.floor((frames * perThousand) / 1_000 + random.next());
  for (let i = times(PER_THOUSAND.rest); i > 0; i--) {
    const { text } = maker.next();
    const status = await inTime(byRest(app, random, text), `REST, for ${text}`);
    layers[`REST ${status}`] = (layers[`REST ${status}`] ?? 0) + 1;
    if (status >= 500) problem(`REST answered ${status}`);
  }
  for (let i = times(PER_THOUSAND.upgrades); i > 0; i--) {
    const answer = await inTime(byUpgrade(app, random), "an upgrade");
    layers[`upgrade ${answer}`] = (layers[`upgrade ${answer}`] ?? 0) + 1;
    if (!/^(101|4\d\d)$/.test(answer)) problem(`an upgrade was answered ${answer}`);
  }
  const credential = app.services.game.credentials.get(random.pick(["device", "server"]))!;
  const client = app.localClient("preview", credential);
  for (let i = times(PER_THOUSAND.local); i > 0; i--) {
    const { text } = maker.next();
    const { result, response } = await inTime(client.request(parsed(text) as never), `the local client, for ${text}`);
    const layer = `inside the process: ${result}`;
    layers[layer] = (layers[layer] ?? 0) + 1;
    if (result === "failed") problem(`the local client was answered ${JSON.stringify(response)}`);
  }
  client.signOut();
}

async function byRest(app: TestApp, random: Random, body: string): Promise<number> {
  const requests: AnyRequest[] = [...app.services.requests.values()];
  const segment = (usual: string) => encodeURIComponent(random.chance(0.9) ? usual : random.pick(ODD_SEGMENTS));
  const credential = random.pick(["device", "server"]);
  const name = random.pick(requests).name;
  const path = ["rs", segment(credential), segment(`${credential} secret`), segment(name)].join("/");
  const response = await fetch(`${app.httpUrl}/${path}`, { method: "POST", body });
  await response.text();
  return response.status;
}

const ODD_SEGMENTS = ["__proto__", "constructor", ".", "..", "%", "\u0000", "🎮", " ", "x".repeat(600)];
const ODD_PATHS = [
  "/",
  "//",
  "/ws",
  "/ws/",
  "/ws/%ZZ",
  "/ws/__proto__/x",
  "*",
  "/ws/secure/a/b/c",
  "http://x/ws/y",
  "/%00",
  "?",
  "/ws/device/?",
];

/** The status of an upgrade at an odd place, or why there was none. */
function byUpgrade(app: TestApp, random: Random): Promise<string> {
  const path = random.chance(0.2) ? `/ws/device/${API_KEY}` : random.pick(ODD_PATHS);
  const host = random.pick(["localhost", "", "preview-x.y", "__proto__", "[::1]", "live.".repeat(50)]);
  const key = random.pick(["x3JJHMbDL1EzLkh9GBhXDw==", "", "x"]);
  return new Promise((resolve) => {
    const socket = connect(app.port, "127.0.0.1");
    let text = "";
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on("data", (data) => {
      text += data;
      if (text.includes("\r\n\r\n")) socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? "nothing"));
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: ${random.pick(["13", "8", "x"])}\r\n\r\n`,
    );
  });
}

async function inTime<T>(work: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what}: nothing within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function signIn(client: TestClient, deviceId: string): Promise<string> {
  const { userId, error } = await client.request("DeviceAuthenticationRequest", { deviceId, deviceOS: "IOS" });
  if (error) throw new Error(JSON.stringify(error));
  return userId;
}
