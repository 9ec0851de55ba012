import { resolve } from "node:path";
import type { App } from "../app.ts";
import type { Config } from "../config.ts";
import type { Game } from "../game/game.ts";
import { describeSettings } from "../settings.ts";

export interface Started {
  config: Config;
  game: Game;
  app: Pick<App, "url" | "httpUrl">;
  isExample: boolean;
  /** Other machines can connect. */
  exposed: boolean;
}

/** What a newcomer needs to go on. A secret is shown only where it is the example's, which everybody knows. */
export function welcome({ config, game, app, isExample, exposed }: Started): string {
  const base = config.publicUrl || app.url;
  const device = game.credentials.get("device");
  const data = config.mongodbUrl === "" ? resolve(config.data) : "MongoDB";
  const rows = [
    ["Game", isExample ? `${game.name} (the example)` : `${game.name}, from ${resolve(game.folder)}`],
    ["Socket", `${base}/ws/device/${game.apiKey}`],
    ["API key", game.apiKey],
    ["Secret", isExample ? (device?.secret ?? "") : "that of your game's device credential"],
    ["Data", data],
    ["Health", `${app.httpUrl}/health`],
    ["Metrics", `${app.httpUrl}/metrics`],
  ];
  const next = isExample
    ? "Try it: npm run demo -- --url " +
      base +
      "\nYour own game: npm start -- --game FOLDER   All settings: npm start -- --help"
    : "All settings: npm start -- --help";
  const warning =
    isExample && exposed
      ? "\nWARNING: other machines can reach this server, and everybody knows the example's secrets. Use a game of your own.\n"
      : "";
  const lines = rows.map(([name, value]) => `  ${name!.padEnd(8)} ${value}`).join("\n");
  return `\nRekindle runs.\n\n${lines}\n\n${next}\n${warning}\nSettings: ${JSON.stringify(describeSettings(config))}\n\n`;
}
