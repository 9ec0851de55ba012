/** The test kit: `import { startGame } from "rekindle/testing"`. */
export type { ScriptRunRecord } from "../cloudcode/script-record.ts";
export { type StartGameOptions, startGame } from "./start-game.ts";
export type { ScriptLog, ScriptOutcome, TestCallback, TestClock, TestGame } from "./test-game.ts";
export type { AnyFrame, TestPlayer } from "./test-player.ts";
