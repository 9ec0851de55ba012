import { Agent, request as httpRequest } from "node:http";
import type { Child } from "../support/child.ts";
import { median, ratios } from "../support/figures.ts";
import { DEVICE_SECRET } from "../support/game.ts";
import { inParallel, type Place, signedIn } from "../support/player.ts";
import type { Door } from "../support/seed-doors.ts";
import type { BenchSocket } from "../support/socket.ts";
import type { Row, Workload } from "../support/workload.ts";

const CALLERS = 100;
const PLAYERS = 1_000;
const ROUNDS = 5;
const MIN_RATIO = 0.5;

interface Player extends Door {
  socket: BenchSocket;
  id: string;
}

/** How one door disconnects a player's Facebook account. Fails unless it was disconnected. */
type Disconnect = (player: Player) => Promise<void>;

/**
 * The same disconnect, of an account without friends, by the socket and by each HTTP API. Every player is linked again
 * before each round by the domain's own function. HTTP callers keep their connections.
 */
export const doors: Workload = {
  name: "doors",
  title: `Disconnect by each HTTP API, ${CALLERS} callers at once, compared with SocialDisconnect over sockets`,
  limitMs: 180_000,
  async run(bench) {
    const server = await bench.start("rekindle", [await bench.folder()]);
    const place = { url: await server.ask<string>("url"), secret: DEVICE_SECRET };
    const key = await server.ask<string>("makeKey");
    const players = await makePlayers(server, place);
    const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
    bench.onEnd(async () => {
      agent.destroy();
      for (const { socket } of players) socket.cut();
    });
    const base = new URL(place.url.replace(/^ws/, "http")).origin;
    const bearer = { authorization: `Bearer ${key}` };
    const http = (path: string, headers: Record<string, string>, body?: object) =>
      send(agent, new URL(path, base), headers, body);

    const bySocket: Disconnect = async ({ socket }) => {
      const { error } = await socket.ask({ "@class": ".SocialDisconnectRequest", systemId: "FB" });
      if (error !== undefined) throw new Error(`the server refused: ${JSON.stringify(error)}`);
    };
    const byDoor: Record<string, Disconnect> = {
      Layers: ({ layers }) => http(`/v1/social-accounts/${layers}`, bearer),
      Hooked: ({ hooked }) => http(`/v1/integration/${hooked}`, { "x-api-key": key }),
      Ayrshare: ({ profileKey }) =>
        http("/api/profiles/social", { ...bearer, "profile-key": profileKey }, { platform: "facebook" }),
    };

    const rates: Record<string, number[]> = Object.fromEntries(Object.keys(byDoor).map((name) => [name, []]));
    const floor: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const socketRate = await rateOf(server, players, bySocket);
      if (round > 0) floor.push(socketRate);
      for (const [name, disconnect] of Object.entries(byDoor)) {
        const rate = await rateOf(server, players, disconnect);
        // The first round warms up.
        if (round > 0) rates[name]!.push(rate);
      }
    }
    const rows = Object.entries(rates).map(([name, subject]): Row => {
      const aim = { text: `≥ ${MIN_RATIO}×`, met: median(ratios(subject, floor)) >= MIN_RATIO };
      return { what: `Disconnect by ${name}`, unit: "a second", subject, floor, aim };
    });
    return { rows, notes: [`each round disconnects ${PLAYERS.toLocaleString("en")} players by each door`] };
  },
};

async function makePlayers(server: Child, place: Place): Promise<Player[]> {
  const sockets: { socket: BenchSocket; id: string }[] = [];
  await inParallel(PLAYERS, CALLERS, async (n) => {
    const socket = await signedIn(place, `device-${n}`);
    const { userId } = await socket.ask({ "@class": ".AccountDetailsRequest" });
    sockets[n] = { socket, id: String(userId) };
  });
  const keys = await server.ask<string[]>("makeProfileKeys", idsOf(sockets));
  return sockets.map((each, n) => ({ ...each, layers: "", hooked: "", profileKey: keys[n]! }));
}

async function rateOf(server: Child, players: Player[], disconnect: Disconnect): Promise<number> {
  const ids = await server.ask<Omit<Door, "profileKey">[]>("linkAll", idsOf(players));
  for (const [n, player] of players.entries()) Object.assign(player, ids[n]);
  const startedAt = performance.now();
  await inParallel(players.length, CALLERS, (n) => disconnect(players[n]!));
  return players.length / ((performance.now() - startedAt) / 1000);
}

const idsOf = (players: readonly { id: string }[]) => players.map(({ id }) => id);

function send(agent: Agent, url: URL, headers: Record<string, string>, body?: object): Promise<void> {
  const text = body && JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const typed =
    text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
  const call = httpRequest(url, { method: "DELETE", agent, headers: { ...headers, ...typed } }, (response) => {
    let answer = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      answer += chunk;
    });
    response.on("error", reject).on("end", () => {
      if (response.statusCode === 200) resolve();
      else reject(new Error(`the server refused: ${response.statusCode} ${answer}`));
    });
  });
  call.on("error", reject).end(text);
  return promise;
}
