import { createHmac } from "node:crypto";
import { BenchSocket } from "./socket.ts";

type Frame = Record<string, unknown>;

export interface Place {
  /** The whole URL of the socket, path included. */
  url: string;
  secret: string;
}

/** Opens a socket and shakes hands. */
export async function connected({ url, secret }: Place): Promise<BenchSocket> {
  const socket = await BenchSocket.open(url);
  const { nonce } = await socket.next();
  const hmac = createHmac("sha256", secret).update(String(nonce)).digest("base64");
  await ok(socket.ask({ "@class": ".AuthenticatedConnectRequest", hmac, os: "bench", platform: "bench" }));
  return socket;
}

/** Logs the device's player in, and creates the player if the device is new. */
export function signIn(socket: BenchSocket, deviceId: string): Promise<Frame> {
  return ok(socket.ask(deviceAuthentication(deviceId)));
}

/** Connect, handshake, DeviceAuthentication. */
export async function signedIn(place: Place, deviceId: string): Promise<BenchSocket> {
  const socket = await connected(place);
  await signIn(socket, deviceId);
  return socket;
}

export function deviceAuthentication(deviceId: string): Frame {
  return { "@class": ".DeviceAuthenticationRequest", deviceId, deviceOS: "IOS", requestId: "1" };
}

async function ok(answer: Promise<Frame>): Promise<Frame> {
  const frame = await answer;
  if (frame.error !== undefined) throw new Error(`the server refused: ${JSON.stringify(frame)}`);
  return frame;
}

/** Runs `work(0)` to `work(count - 1)`, `atOnce` at a time. */
export async function inParallel(count: number, atOnce: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}

/** Runs `work(0)`, `work(1)`, … for `ms`, `atOnce` at a time; returns how many were done in how long. */
export async function forAWhile(
  ms: number,
  atOnce: number,
  work: (n: number, worker: number) => Promise<void>,
): Promise<{ done: number; seconds: number }> {
  const startedAt = performance.now();
  let done = 0;
  const worker = async (_: unknown, id: number) => {
    while (performance.now() - startedAt < ms) await work(done++, id);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { done, seconds: (performance.now() - startedAt) / 1000 };
}
