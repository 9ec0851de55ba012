import { benchGame } from "../support/game.ts";
import { serveApp } from "../support/serve-app.ts";

/** The server with a game that has no Cloud Code. */
await serveApp({ game: benchGame() });
