import { benchRequests, cloudCodeGame } from "../support/cloud-code.ts";
import { serveApp } from "../support/serve-app.ts";

/** The server with a game whose events have scripts, and a request that does by itself what one of them does. */
await serveApp({ game: cloudCodeGame(), requests: benchRequests });
