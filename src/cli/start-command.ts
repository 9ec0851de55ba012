/** True when running from sources, false in the published package. */
export const RUNS_FROM_SOURCES = import.meta.url.endsWith(".ts");
/** How to start a server here; settings follow. */
export const START_COMMAND = RUNS_FROM_SOURCES ? "npm start --" : "rekindle start";
