import { API_KEY, benchGame } from "../support/game.ts";
import { serveApp } from "../support/serve-app.ts";

/** The server with a game that links Facebook accounts. The second argument is the URL of the stand-in for Facebook. */
const facebook = { facebookAppId: API_KEY, facebookSecret: API_KEY, graphUrl: process.argv[3]! };
await serveApp({ game: { ...benchGame(), integrations: { facebook } } });
