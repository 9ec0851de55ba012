import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { WebSocket } from "ws";
import { startApp } from "../../src/app.ts";
import { startExample } from "../../src/cli/example.ts";
import { loadGame } from "../../src/game/load.ts";
import { readSettings } from "../../src/settings.ts";

/**
 * Plays the starter game with two clients over real sockets and prints every frame. Starts its own server, or uses the
 * one at `--url ws://HOST:PORT`, which must run this game.
 */
const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const ANSWER_MS = 10_000;
type Frame = Record<string, unknown>;

class Player {
  readonly #name: string;
  readonly #socket: WebSocket;
  readonly #inbox: Frame[] = [];
  #arrived = Promise.withResolvers<void>();
  #count = 0;

  private constructor(name: string, url: string) {
    this.#name = name;
    this.#socket = new WebSocket(url);
    this.#socket.on("message", (text) => {
      this.#inbox.push(JSON.parse(String(text)));
      this.#arrived.resolve();
      this.#arrived = Promise.withResolvers();
    });
  }

  /** Opens a socket and proves with the secret that the client belongs to the game. */
  static async enter(name: string, url: string, secret: string): Promise<Player> {
    const player = new Player(name, url);
    await once(player.#socket, "open");
    explain(`${name} opens a socket. The server sends a nonce first; the client signs it with the game's secret.`);
    const { nonce } = await player.#receive();
    const hmac = createHmac("sha256", secret).update(String(nonce)).digest("base64");
    player.#send({ "@class": ".AuthenticatedConnectRequest", hmac, os: "demo", platform: "demo" });
    await player.#receive();
    return player;
  }

  /** Sends a request and returns its response. */
  async ask(why: string, request: string, fields: Frame = {}): Promise<Frame> {
    explain(why);
    this.#send({ "@class": `.${request}`, ...fields, requestId: `${++this.#count}` });
    return this.#receive();
  }

  close(): void {
    this.#socket.close();
  }

  #send(frame: Frame): void {
    show(`${this.#name} →`, frame);
    this.#socket.send(JSON.stringify(frame));
  }

  async #receive(): Promise<Frame> {
    const late = setTimeout(
      () => this.#arrived.reject(new Error(`no response within ${ANSWER_MS / 1000} s`)),
      ANSWER_MS,
    );
    while (this.#inbox.length === 0) await this.#arrived.promise;
    clearTimeout(late);
    const frame = this.#inbox.shift()!;
    show(`${this.#name} ←`, frame);
    return frame;
  }
}

async function play(url: string): Promise<void> {
  const game = await loadGame(FOLDER);
  const secret = game.credentials.get("device")!.secret;
  const socket = `${url}/ws/device/${game.apiKey}`;
  const device = `demo-${process.pid}-${Date.now()}`;

  const ada = await Player.enter("Ada", socket, secret);
  const grace = await Player.enter("Grace", socket, secret);
  const signIn = { deviceOS: "IOS" };
  const made = await ada.ask("The first login of a device creates a player.", "DeviceAuthenticationRequest", {
    ...signIn,
    deviceId: `${device}-a`,
  });
  expect(made, "newPlayer", true);
  await grace.ask("So does Grace's device.", "DeviceAuthenticationRequest", { ...signIn, deviceId: `${device}-g` });

  const linked = await ada.ask(
    "Ada links her Facebook account. The server asks Facebook, here a stand-in, who the token belongs to.",
    "FacebookConnectRequest",
    { accessToken: "token-of-ada", doNotLinkToCurrentPlayer: false },
  );
  refuseError(linked);
  refuseError(
    await grace.ask("Grace links hers. Facebook reports that the two are friends.", "FacebookConnectRequest", {
      accessToken: "token-of-grace",
    }),
  );
  const friends = await ada.ask("Now they are friends in the game, on both sides.", "ListGameFriendsRequest");
  expect(names(friends), "length", 1);
  await ada.ask("Edsger is a friend too, but does not play: he can be invited.", "ListInviteFriendsRequest");
  await ada.ask("What Ada is linked to, and whether the token still works.", "SocialStatusRequest");

  await ada.ask("Ada enters a tournament. A request script stores that on the player.", "ChangeUserDetailsRequest", {
    scriptData: { tournament: "running" },
  });
  const refused = await ada.ask(
    "She cannot disconnect now: another request script refuses it.",
    "SocialDisconnectRequest",
    { systemId: "FB" },
  );
  expect(refused["error"] as Frame, "tournament", "RUNNING");
  await ada.ask("The tournament has ended.", "ChangeUserDetailsRequest", { scriptData: { tournament: "over" } });

  const done = await ada.ask("Now it succeeds. A response script added the scriptData.", "SocialDisconnectRequest", {
    systemId: "FB",
  });
  refuseError(done);
  if (done["scriptData"] === undefined) throw new Error("the response script added nothing");
  const left = await grace.ask(
    "The friendship existed only through that link, so Grace no longer has it either.",
    "ListGameFriendsRequest",
  );
  expect(names(left), "length", 0);
  expect(
    (await ada.ask("There is nothing left to disconnect.", "SocialDisconnectRequest", { systemId: "FB" }))[
      "error"
    ] as Frame,
    "systemId",
    "NOT_CONNECTED",
  );
  refuseError(
    await grace.ask("Grace disconnects too, so that the demo can run again.", "SocialDisconnectRequest", {
      systemId: "FB",
    }),
  );
  ada.close();
  grace.close();
}

function names(response: Frame): unknown[] {
  refuseError(response);
  return response["friends"] as unknown[];
}

function refuseError(response: Frame): void {
  if (response["error"] !== undefined) throw new Error(`refused: ${JSON.stringify(response["error"])}`);
}

function expect(holder: object, member: string, value: unknown): void {
  const found = (holder as Frame | undefined)?.[member];
  if (found !== value) throw new Error(`${member} is ${JSON.stringify(found)}, not ${JSON.stringify(value)}`);
}

function explain(sentence: string): void {
  process.stdout.write(`\n# ${sentence}\n`);
}

/** Prints a frame on one line, with credentials shortened. */
function show(direction: string, frame: Frame): void {
  const hidden = ["hmac", "nonce", "authToken", "sessionId"];
  const text = JSON.stringify(frame, (key, value) => (hidden.includes(key) ? `${String(value).slice(0, 6)}…` : value));
  process.stdout.write(`${direction} ${text}\n`);
}

async function ownServer(): Promise<{ url: string; end: () => Promise<void> }> {
  const data = await mkdtemp(join(tmpdir(), "rekindle-demo-"));
  const config = readSettings({ args: ["--port", "0", "--data", data, "--log-level", "warn"], env: {} });
  const example = await startExample(FOLDER);
  const app = await startApp({ config, game: example.game });
  return {
    url: app.url,
    async end() {
      await app.close();
      await example.end();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** The value of `--url`, if given. */
function namedUrl(): string | undefined {
  const { url } = parseArgs({ options: { url: { type: "string" } } }).values;
  return url?.replace(/\/+$/, "");
}

let server: Awaited<ReturnType<typeof ownServer>> | undefined;
try {
  const url = namedUrl();
  if (url === undefined) server = await ownServer();
  await play(url ?? server!.url);
  explain("Done. Every frame above was sent over a real socket.");
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await server?.end();
}
