import { createHash, randomBytes } from "node:crypto";
import { customAlphabet } from "nanoid";
import type { Stage } from "../../game/game.ts";

/** Random texts of connect sessions. Those in URLs name the stage, as API keys do: `live`, or `test` for preview. */

const NAME_OF = { live: "live", preview: "test" } as const satisfies Record<Stage, string>;
const SESSION = /^(?:ls|ayr_ls)_(live|test)_[\w-]{43}$/;
const STATE = /^(live|test)_[\w-]{43}$/;
const BROWSER = /^[\w-]{43}$/;
const ID = /^(?:st|ls)_[0-9a-z]{24}$/;

const randomText = () => randomBytes(32).toString("base64url");
const randomId = customAlphabet("0123456789abcdefghijklmnopqrstuvwxyz", 24);

export const newSessionId = (prefix: "st" | "ls") => `${prefix}_${randomId()}`;
export const isSessionId = (text: string) => ID.test(text);
/** @param prefix `ayr_ls`, as clients of Ayrshare know it */
export const newSessionToken = (stage: Stage, prefix: "ls" | "ayr_ls") => `${prefix}_${NAME_OF[stage]}_${randomText()}`;
export const newState = (stage: Stage) => `${NAME_OF[stage]}_${randomText()}`;
/** Between 43 and 128 characters, as RFC 7636 wants it. */
export const newVerifier = randomText;
export const newBrowser = randomText;
export const isBrowser = (text: string) => BROWSER.test(text);

/** The stage of a session's token; undefined if the text has another form. */
export const stageOfSession = (token: string) => stageNamed(SESSION.exec(token)?.[1]);
/** The stage of an OAuth state; undefined if the text has another form. */
export const stageOfState = (state: string) => stageNamed(STATE.exec(state)?.[1]);

/** PKCE, S256. */
export const challengeOf = (verifier: string) => createHash("sha256").update(verifier).digest("base64url");
/** The texts are random, so one round of a hash without salt is enough. */
export const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

function stageNamed(name: string | undefined): Stage | undefined {
  if (name === undefined) return undefined;
  return name === "live" ? "live" : "preview";
}
