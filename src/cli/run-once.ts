import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nanoid } from "nanoid";
import { type App, startApp } from "../app.ts";
import type { CloudCode } from "../cloudcode/cloudcode.ts";
import { loadScripts } from "../cloudcode/load.ts";
import { openCloudCode } from "../cloudcode/open.ts";
import { recorded, type ScriptRunRecord } from "../cloudcode/script-record.ts";
import { accounts, readScriptPlayer } from "../domains/accounts/index.ts";
import { playersCredential } from "../game/credentials.ts";
import type { Game, Stage } from "../game/game.ts";
import { loadGame } from "../game/load.ts";
import { objectIdOf, type PlayerId, parsePlayerId, playerIdOf } from "../ids.ts";
import { createLog } from "../kernel/log.ts";
import { intoList } from "../kernel/log-lines.ts";
import type { ScriptFailure } from "../kernel/scripts/result.ts";
import { settled } from "../kernel/settled.ts";
import { nearest } from "../near-miss.ts";
import { requests } from "../requests/index.ts";
import type { LocalClient } from "../server/local-client.ts";
import { readSettings } from "../settings.ts";
import type { Settings } from "../settings-schema.ts";
import type { Store } from "../store/store.ts";
import { type PlayerChange, playerChanges } from "./player-changes.ts";
import type { RunArguments, RunTarget } from "./run-arguments.ts";
import { EXAMPLE_FOLDER } from "./start.ts";

export interface RunReport {
  /** Kind and name, such as `event/SCORE`. */
  ran: string;
  player?: { id: string; userName: string; displayName: string | null; isNew: boolean };
  /** Absent if a script ran on its own. */
  response?: Record<string, unknown>;
  /** Set by a script that ran on its own. */
  scriptData?: Record<string, unknown>;
  scriptErrors?: Record<string, unknown>;
  /** Messages that the player received, in order. */
  messages: Record<string, unknown>[];
  /** The scripts that ran, in the order in which they finished. */
  scripts: ScriptRunRecord[];
  changes: PlayerChange[];
  outOfService: ScriptFailure[];
  /** Errors logged by the server itself. */
  serverErrors: Record<string, unknown>[];
  durationMs: number;
}

/** Why the target cannot be run, as a sentence for the user. */
export class RunError extends Error {
  override name = "RunError";
}

const DEVICE = { "@class": ".DeviceAuthenticationRequest", deviceOS: "IOS", displayName: "New player" };
const LISTED = 12;

/**
 * Runs one event, request or script on a server in this process that listens on a free local port.
 * @throws RunError, and errors from reading the settings, the game and the store
 */
export async function runOnce(wanted: RunArguments, env: Readonly<Record<string, string | undefined>>) {
  const data = wanted.dataFolder ?? (await mkdtemp(join(tmpdir(), "rekindle-run-")));
  try {
    return await runIn(data, wanted, env);
  } finally {
    if (wanted.dataFolder === undefined) await rm(data, { recursive: true, force: true });
  }
}

async function runIn(
  data: string,
  wanted: RunArguments,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunReport> {
  const settings = readSettings({ args: [...wanted.settings, "--data", data], env });
  // A MongoDB in the environment belongs to a real server. It is used only if the command line names it.
  const isNamed = wanted.settings.some((word) => word.startsWith("--mongodb-url"));
  const here = { host: "127.0.0.1", port: 0, scriptHotReload: "off" } as const;
  const config: Settings = { ...settings, ...here, mongodbUrl: isNamed ? settings.mongodbUrl : "" };
  const game = await loadGame(config.game || EXAMPLE_FOLDER);
  const runs: ScriptRunRecord[] = [];
  const log: Record<string, unknown>[] = [];
  const opened = await openCloudCode(game, config, () => {});
  const cloudCode = recorded(opened, (run) => runs.push(run));
  let app: App | undefined;
  try {
    await checkTarget(wanted.target, game, cloudCode);
    const logged = createLog({ ...config, logLevel: "error" }, intoList(log));
    app = await startApp({ config, game, cloudCode, log: logged, ticks: false });
    const stage = wanted.stage ?? config.defaultStage;
    const report = await runOn(app, stage, wanted, runs);
    // The report already contains the log lines of scripts.
    const serverErrors = log.filter(({ failure, problem }) => failure === undefined && problem === undefined);
    return { ...report, outOfService: cloudCode.problems(), serverErrors };
  } finally {
    await (app ?? cloudCode).close();
  }
}

type Ran = Omit<RunReport, "outOfService" | "serverErrors">;

async function runOn(app: App, stage: Stage, wanted: RunArguments, runs: ScriptRunRecord[]): Promise<Ran> {
  const { services } = app;
  const store = await services.stores.open(stage);
  const client = app.localClient(stage, playersCredential(services.game.credentials));
  const isNew = await enter(client, store, wanted);
  await settled(app);
  const { player } = client;
  const before = player && (await readScriptPlayer(store, player));
  // Leave out what signing in did.
  runs.length = 0;
  client.messages.length = 0;

  const startedAt = performance.now();
  const left = await carryOut(app, stage, client, wanted);
  const durationMs = performance.now() - startedAt;
  await settled(app);
  const after = player && (await readScriptPlayer(store, player));
  return {
    ran: nameOf(wanted.target),
    ...(before && { player: shown(before, isNew) }),
    ...left,
    messages: client.messages,
    scripts: [...runs],
    changes: before && after ? playerChanges(before, after) : [],
    durationMs,
  };
}

async function carryOut(
  app: App,
  stage: Stage,
  client: LocalClient,
  { target, data }: RunArguments,
): Promise<Pick<Ran, "response" | "scriptData" | "scriptErrors">> {
  if (target.type === "script") {
    const { kind, name } = target;
    const { scriptData, scriptErrors } = await app.services.scripts.run({
      kind,
      name,
      stage,
      data,
      player: client.player,
    });
    return { scriptData, scriptErrors };
  }
  const frame =
    target.type === "event"
      ? { "@class": ".LogEventRequest", ...data, eventKey: target.name }
      : { ...data, "@class": `.${target.name}` };
  return { response: (await client.request(frame)).response };
}

/** Signs the player in. Returns whether the player was created for this run. */
async function enter(client: LocalClient, store: Store, { target, player }: RunArguments): Promise<boolean> {
  const needed = target.type === "event" || (target.type === "request" && isForPlayers(target.name));
  if (player === undefined && !needed) return false;
  if (player === undefined || player === "new") {
    const { response } = await client.request({ ...DEVICE, deviceId: nanoid() });
    if (client.player !== undefined) return true;
    throw new RunError(`The game refused a new player: ${JSON.stringify(response["error"])}`);
  }
  client.become(await playerNamed(store, player));
  return false;
}

async function playerNamed(store: Store, named: string): Promise<PlayerId> {
  const { players } = accounts(store);
  const id = parsePlayerId(named);
  const projection = { _id: 1 } as const;
  const found =
    (id && (await players.findOne({ _id: objectIdOf(id) }, { projection }))) ??
    (await players.findOne({ userName: named }, { projection }));
  if (found) return playerIdOf(found._id);
  throw new RunError(
    `No player has the id or user name "${named}" in this data. Use --player new to create one, or --data-folder to name the data folder of a stopped server.`,
  );
}

async function checkTarget(target: RunTarget, game: Game, cloudCode: CloudCode): Promise<void> {
  if (target.type === "request") {
    if (requests.has(target.name)) return;
    throw new RunError(`Unknown request "${target.name}". ${hint(target.name, [...requests.keys()])}`);
  }
  const kind = target.type === "event" ? "event" : target.kind;
  if (cloudCode.has(kind, target.name) || (kind === "event" && game.events.has(target.name))) return;
  const { byName } = await loadScripts({ folder: game.folder, embedded: game.embeddedScripts });
  const scripts = [...byName.values()].filter((script) => script.kind === kind).map(({ name }) => name);
  const known = [...new Set([...scripts, ...(kind === "event" ? game.events.keys() : [])])].sort();
  const what = kind === "event" ? `event "${target.name}"` : `script ${kind}/${target.name}`;
  throw new RunError(`The game has no ${what}. ${hint(target.name, known)}`);
}

function hint(name: string, known: string[]): string {
  const near = nearest(name, known);
  if (near !== undefined) return `Did you mean ${near}?`;
  if (known.length === 0) return "The game has none of this kind.";
  const more = known.length > LISTED ? ` and ${known.length - LISTED} more` : "";
  return `Known names are ${known.slice(0, LISTED).join(", ")}${more}.`;
}

function isForPlayers(request: string): boolean {
  return requests.get(request)?.caller === "player";
}

function nameOf(target: RunTarget): string {
  return target.type === "script" ? `${target.kind}/${target.name}` : `${target.type}/${target.name}`;
}

function shown(
  { playerId, userName, displayName }: { playerId: string; userName: string; displayName: string | null },
  isNew: boolean,
): NonNullable<RunReport["player"]> {
  return { id: playerId, userName, displayName, isNew };
}
