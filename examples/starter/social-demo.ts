import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startApp } from "../../src/app.ts";
import { startExample } from "../../src/cli/example.ts";
import {
  createKey,
  createProfile,
  GAME_ORGANIZATION,
  GAME_PROJECT,
  getProject,
} from "../../src/domains/social/index.ts";
import { loadGame } from "../../src/game/load.ts";
import type { PlayerId } from "../../src/ids.ts";
import { readSettings } from "../../src/settings.ts";
import { expect, explain, type Frame, Player, refuseError } from "./demo-support.ts";
import { startLoopbackServer } from "./stand-ins/loopback.ts";

/**
 * Links a player's Facebook account, schedules posts on it, and disconnects it by each door: the three HTTP APIs and the
 * player's own request. Shows what happened to the posts. Starts its own server, with stand-ins for Facebook.
 */
const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const WAIT_MS = 10_000;
const BY = { by: { door: "command line" as const }, now: Date.now() };

/** A back office: calls the server over HTTP and prints each call. */
class BackOffice {
  readonly #base: string;
  readonly #key: string;

  constructor(base: string, key: string) {
    this.#base = base;
    this.#key = key;
  }

  async call(why: string, line: string, body?: object, headers: Record<string, string> = {}): Promise<Frame> {
    if (why !== "") explain(why);
    const [method = "GET", path = "/"] = line.split(" ");
    if (why !== "") process.stdout.write(`office → ${line}${body ? ` ${JSON.stringify(body)}` : ""}\n`);
    const response = await fetch(new URL(path, this.#base), {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        "x-api-key": this.#key,
        ...(body && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Frame;
    if (why !== "") process.stdout.write(`office ← ${response.status} ${JSON.stringify(answer)}\n`);
    return answer;
  }

  /** Repeats a call until its response shows this status. */
  async until(why: string, line: string, status: string, headers?: Record<string, string>): Promise<void> {
    explain(why);
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const answer = await this.call("", line, undefined, headers);
      const found = (answer["data"] as Frame | undefined) ?? answer;
      if (found["status"] === status) {
        process.stdout.write(`office ← ${JSON.stringify(answer)}\n`);
        return;
      }
      if (Date.now() > deadline) throw new Error(`the post is ${String(found["status"])}, not ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const link = async (ada: Player, why: string) =>
  refuseError(await ada.ask(why, "FacebookConnectRequest", { accessToken: "token-of-ada" }));

async function play(server: Awaited<ReturnType<typeof startServer>>): Promise<void> {
  const { office, ada, profileKey } = server;
  const accounts = `/v1/projects/${GAME_PROJECT}/social-accounts?status=connected`;
  const accountOf = async (why: string) =>
    ((await office.call(why, `GET ${accounts}`))["items"] as { socialAccountId: string }[])[0]!.socialAccountId;

  await link(ada, "Ada links her Facebook account.");
  const first = await accountOf("The studio's back office sees it, by the API of Layers.");
  const { containerId } = await office.call("It writes a post …", `POST /v1/projects/${GAME_PROJECT}/content`, {
    caption: "I won the harbour race!",
  });
  const schedule = async (why: string, account: string, seconds: number) => {
    const body = { scheduledFor: inSeconds(seconds), targets: [{ socialAccountId: account, mode: "publish" }] };
    const { scheduledPosts } = await office.call(why, `POST /v1/content/${containerId}/schedule`, body);
    return (scheduledPosts as { id: string }[])[0]!.id;
  };
  const soon = await schedule("… and schedules it in two seconds …", first, 2);
  const tomorrow = await schedule("… and again tomorrow.", first, 86_400);
  await office.until("The server publishes the first one at its time.", `GET /v1/scheduled-posts/${soon}`, "published");

  const gone = await office.call(
    "Layers disconnects the account: what waits is canceled and counted, in one transaction.",
    `DELETE /v1/social-accounts/${first}`,
  );
  expect(gone, "canceledScheduledPosts", 1);
  await office.until("Tomorrow's post.", `GET /v1/scheduled-posts/${tomorrow}`, "canceled");
  await office.until("What is published stays.", `GET /v1/scheduled-posts/${soon}`, "published");

  await link(ada, "Ada links the account again. It gets another id.");
  const integrations = await office.call("The same account, by the API of Hooked.", "GET /v1/integration/list");
  const [{ id: integrationId } = { id: "" }] = (integrations["data"] as { integrations: { id: string }[] })
    .integrations;
  const { data: video } = await office.call("A video …", "POST /v1/video", {
    name: "Trailer",
    url: "https://example.com/trailer.mp4",
  });
  const { data: scheduled } = await office.call("… scheduled in three seconds.", "POST /v1/schedule/create", {
    videoId: (video as { id: string }).id,
    integrationId,
    scheduledDateTime: inSeconds(3),
  });
  const { scheduleId } = scheduled as { scheduleId: string };
  await office.call("Hooked disconnects: the post stays pending …", `DELETE /v1/integration/${integrationId}`);
  await office.until("… and still is.", `GET /v1/schedule/${scheduleId}`, "pending");
  await office.until("At its time it fails, with a message.", `GET /v1/schedule/${scheduleId}`, "failed");

  await link(ada, "Ada links it once more.");
  const asAda = { "profile-key": profileKey };
  const { id } = await office.call(
    "The API of Ayrshare acts as Ada, by her Profile-Key.",
    "POST /api/post",
    { post: "See you at the harbour.", platforms: ["facebook"], scheduleDate: inSeconds(3).replace(/\.\d+/, "") },
    asAda,
  );
  await office.call("It unlinks.", "DELETE /api/profiles/social", { platform: "facebook" }, asAda);
  const postId = id ?? "";
  await office.until("Her post fails at its time.", `GET /api/post/${String(postId)}`, "error", asAda);

  await link(ada, "And a last time.");
  const last = await accountOf("Its new id.");
  const waiting = await schedule("A post for tomorrow.", last, 86_400);
  refuseError(await ada.ask("Now Ada disconnects it herself.", "SocialDisconnectRequest", { systemId: "FB" }));
  await office.until("That cancels what waits, too.", `GET /v1/scheduled-posts/${waiting}`, "canceled");

  const grace = server.grace;
  refuseError(
    await grace.ask("Grace has no password: Facebook is her only login.", "FacebookConnectRequest", {
      accessToken: "token-of-grace",
    }),
  );
  const only = await accountOf("Her account.");
  const refused = await office.call(
    "A back office cannot lock her out: the guards of the request hold at every door.",
    `DELETE /v1/social-accounts/${only}`,
  );
  expect(refused["error"] as Frame, "code", "CONFLICT");
  const log = await office.call("", "GET /v1/audit-log?limit=200");
  explain("The audit has every change, and the door that it came by.");
  for (const { eventType, actor, data } of (log["items"] as Frame[]).reverse()) {
    process.stdout.write(`${String(eventType)} ${JSON.stringify({ actor, data })}\n`);
  }
}

async function startServer() {
  const data = await mkdtemp(join(tmpdir(), "rekindle-demo-"));
  const example = await startExample(FOLDER);
  let count = 0;
  const pages = await startLoopbackServer(0, ({ path }) => ({ body: { id: `${path.split("/").at(-2)}_${++count}` } }));
  const network = ["--facebook-pages-url", pages.url, "--facebook-pages-client-id", "app"];
  const args = [
    "--port",
    "0",
    "--data",
    data,
    "--log-level",
    "warn",
    ...network,
    "--facebook-pages-client-secret",
    "s",
  ];
  const app = await startApp({ config: readSettings({ args, env: {} }), game: example.game });
  const end = async () => {
    await app.close();
    await Promise.all([example.end(), pages.close()]);
    await rm(data, { recursive: true, force: true });
  };
  const game = await loadGame(FOLDER);
  const secret = game.credentials.get("device")!.secret;
  const socket = `${app.url}/ws/device/${game.apiKey}`;
  const ada = await Player.enter("Ada", socket, secret);
  const registration = { userName: "ada", password: "a password", displayName: "Ada" };
  const { userId } = await ada.ask("Ada registers.", "RegistrationRequest", registration);
  const store = await app.services.stores.open("preview");
  const project = await getProject(store, GAME_ORGANIZATION, GAME_PROJECT);
  const values = { organizationId: GAME_ORGANIZATION, projectId: GAME_PROJECT, name: "back office", scopes: ["*"] };
  const key = await store.transaction((tx) => createKey(tx, "preview", values, BY));
  const player = { title: "Ada", player: userId as PlayerId };
  const profile = await store.transaction((tx) => createProfile(tx, project, player, BY));
  explain("The operator makes a key: rekindle keys create. And one that acts as Ada: rekindle profiles create.");
  const grace = await Player.enter("Grace", socket, secret);
  return { office: new BackOffice(app.httpUrl, key.text), ada, grace, profileKey: profile.key, end };
}

let server: Awaited<ReturnType<typeof startServer>> | undefined;
try {
  server = await startServer();
  await play(server);
  explain("Done. Every call above was made over a real connection.");
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  server?.ada.close();
  server?.grace.close();
  await server?.end();
}
