import { isIP } from "node:net";
import { resolve } from "node:path";
import type { App } from "../app.ts";
import { isOwnMachine } from "../domains/admins/index.ts";
import type { LoadedGame } from "../game/load.ts";
import { describeSettings } from "../settings.ts";
import type { Settings } from "../settings-schema.ts";
import type { FirstAdmin } from "./first-admin.ts";
import { RUNS_FROM_SOURCES, START_COMMAND } from "./start-command.ts";

export interface Started {
  config: Settings;
  game: LoadedGame;
  app: Pick<App, "url" | "httpUrl">;
  isExample: boolean;
  /** Made by this start, if any. Its password is shown this once. */
  firstAdmin?: FirstAdmin | undefined;
}

/** Suffix of every secret of the example game. These secrets are public. */
const PUBLISHED = "-everybody-knows";

/** The text printed after a start. It shows a secret only for the example game, and the password of a new first admin. */
export function welcome({ config, game, app, isExample, firstAdmin }: Started): string {
  const base = (config.publicUrl || app.url).replace(/\/+$/, "");
  const credential = credentialForPlayers(game);
  const rows = [
    ["Game", isExample ? `${game.name} (the example)` : `${game.name}, from ${resolve(game.folder)}`],
    ["Socket", `${base}/ws/${credential?.name ?? "CREDENTIAL"}/${game.apiKey}`],
    ["API key", game.apiKey],
    ["Secret", isExample ? (credential?.secret ?? "") : "the secret of that credential in your game's config.json"],
    ["Data", config.mongodbUrl === "" ? resolve(config.data) : "MongoDB (see mongodbUrl)"],
    ["Health", `${app.httpUrl}/health`],
    ["Metrics", `${app.httpUrl}/metrics`],
    ...consoleRows(config, app.httpUrl, firstAdmin),
  ];
  const lines = rows.map(([name, value]) => `  ${name!.padEnd(8)} ${value}`);
  const next = isExample
    ? [
        // The published package does not contain the demo.
        ...(RUNS_FROM_SOURCES ? [`Watch two clients play:      npm run demo -- --url ${base}`] : []),
        "How the example works:       examples/starter/README.md",
        `Start your own game:         ${START_COMMAND} --game FOLDER`,
      ]
    : [];
  return [
    "",
    "Rekindle is running.",
    "",
    ...lines,
    "",
    ...next,
    `All settings:                ${START_COMMAND} --help`,
    "",
    ...warnings(config, game),
    `Settings: ${JSON.stringify(describeSettings(config))}`,
    "",
    "",
  ].join("\n");
}

function consoleRows(config: Settings, httpUrl: string, firstAdmin: FirstAdmin | undefined): string[][] {
  if (config.console === "off") return [];
  const url = `${config.publicUrl.replace(/^ws/, "http").replace(/\/+$/, "") || httpUrl}/console`;
  const isOff = config.console === "auto" && !isOwnMachine(config);
  const admins = `${START_COMMAND.replace(/ start$/, "")} admins create NAME --role admin`;
  return [
    ["Console", isOff ? `${url}, once an admin exists: ${admins}` : url],
    ...(firstAdmin ? [["", `Sign in as ${firstAdmin.name} with ${firstAdmin.password} (shown this once)`]] : []),
  ];
}

/** The credential that games connect with: `device`, or the first one that may have players. */
function credentialForPlayers({ credentials }: LoadedGame) {
  return credentials.get("device") ?? credentials.values().find((credential) => credential.canHavePlayer);
}

function warnings(config: Settings, { credentials, problems }: LoadedGame): string[] {
  const isExposed = !isLoopback(config.host) || config.publicUrl !== "";
  const published = credentials
    .values()
    .filter(({ secret }) => secret.endsWith(PUBLISHED))
    .toArray();
  const sentences = problems.map((problem) => `NOTE: ${problem}`);
  if (isExposed && published.length > 0) {
    const names = published.map(({ name }) => name).join(", ");
    sentences.push(
      `WARNING: this server can be reached from other machines, and the example's secrets (${names}) are public: anyone can act as any player. Change the secrets or use your own game.`,
    );
  }
  return sentences.length > 0 ? [...sentences, ""] : [];
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
