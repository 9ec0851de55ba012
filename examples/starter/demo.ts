import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startApp } from "../../src/app.ts";
import { startExample } from "../../src/cli/example.ts";
import { loadGame } from "../../src/game/load.ts";
import { readSettings } from "../../src/settings.ts";
import { expect, explain, type Frame, Player, refuseError } from "./demo-support.ts";

/**
 * Plays the starter game with two clients over real sockets and prints every frame. Starts its own server, or uses the
 * one at `--url ws://HOST:PORT`, which must run this game.
 */
const FOLDER = fileURLToPath(new URL(".", import.meta.url));

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
