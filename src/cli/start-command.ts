/** Whether the server runs from its sources; else from the published package. */
export const RUNS_FROM_SOURCES = import.meta.url.endsWith(".ts");
/** How an operator starts a server here; settings follow. */
export const START_COMMAND = RUNS_FROM_SOURCES ? "npm start --" : "rekindle start";
