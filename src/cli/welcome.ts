import { isIP } from "node:net";
import { resolve } from "node:path";
import type { App } from "../app.ts";
import type { LoadedGame } from "../game/load.ts";
import { describeSettings } from "../settings.ts";
import type { Settings } from "../settings-schema.ts";
import { RUNS_FROM_SOURCES, START_COMMAND } from "./start-command.ts";

export interface Started {
  config: Settings;
  game: LoadedGame;
  app: Pick<App, "url" | "httpUrl">;
  isExample: boolean;
}

/** The end of every secret of the example game, which everybody knows. */
const PUBLISHED = "-everybody-knows";

/** What a newcomer needs to go on. A secret is shown only where it is the example's. */
export function welcome({ config, game, app, isExample }: Started): string {
  const base = (config.publicUrl || app.url).replace(/\/+$/, "");
  const credential = credentialForPlayers(game);
  const rows = [
    ["Game", isExample ? `${game.name} (the example)` : `${game.name}, from ${resolve(game.folder)}`],
    ["Socket", `${base}/ws/${credential?.name ?? "CREDENTIAL"}/${game.apiKey}`],
    ["API key", game.apiKey],
    ["Secret", isExample ? (credential?.secret ?? "") : "that of the credential in your game's config.json"],
    ["Data", config.mongodbUrl === "" ? resolve(config.data) : "the MongoDB that mongodbUrl names"],
    ["Health", `${app.httpUrl}/health`],
    ["Metrics", `${app.httpUrl}/metrics`],
  ];
  const lines = rows.map(([name, value]) => `  ${name!.padEnd(8)} ${value}`);
  const next = isExample
    ? [
        // The demo is one of the sources.
        ...(RUNS_FROM_SOURCES ? [`Watch two clients play it:  npm run demo -- --url ${base}`] : []),
        "What it is made of:         examples/starter/README.md",
        `Your own game:              ${START_COMMAND} --game FOLDER`,
      ]
    : [];
  return [
    "",
    "Rekindle runs.",
    "",
    ...lines,
    "",
    ...next,
    `All settings:               ${START_COMMAND} --help`,
    "",
    ...warnings(config, game),
    `Settings: ${JSON.stringify(describeSettings(config))}`,
    "",
    "",
  ].join("\n");
}

/** The credential that games connect with: `device`, or the first that may have players. */
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
      `WARNING: other machines can reach this server, and everybody knows the example's secrets (${names}): anybody can act as any player. Change them, or use a game of your own.`,
    );
  }
  return sentences.length > 0 ? [...sentences, ""] : [];
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
