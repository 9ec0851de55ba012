import type { GameContent } from "./content.ts";
import type { DataType } from "./data-types.ts";
import type { GameEvent } from "./events.ts";

/** A game as the server works with it: read from the game's folder by `load.ts`, never changed in place. */
export type Stage = "preview" | "live";
export const STAGES: readonly Stage[] = ["preview", "live"];

export type RestPolicy = "Allowed" | "RequireAuthToken" | "Forbidden";

/** What a client connects with: `device`, `server`, … or one of the game's own. */
export interface Credential {
  name: string;
  /** The system credential's type, or "custom". */
  type: string;
  secret: string;
  /** Its connections may authenticate a player. */
  canHavePlayer: boolean;
  /** Its connections receive messages; without `canHavePlayer`, those of every player. */
  canListen: boolean;
  canCallback: boolean;
  /** Connect requests are refused and places are not stored. */
  coppaCompliant: boolean;
  restPolicy: RestPolicy;
  /** May a connection of this credential send this request (class name without dot)? */
  allows(requestName: string): boolean;
}

/** How messages of one class go out. What is undefined is as the server's settings and the class have it. */
export interface MessageConfig {
  /** The class, such as `ScriptMessage`, or one extended by a code of the game's: `ScriptMessage_CODE`. */
  name: string;
  expireAfterHours: number | undefined;
  sendViaSocket: boolean;
  sendAsPush: boolean;
  /** Texts with `${…}` placeholders over the message's JSON. */
  title: string | undefined;
  subTitle: string | undefined;
  summary: string | undefined;
}

export type { DataField, DataType } from "./data-types.ts";
export type { EventAttribute, GameEvent } from "./events.ts";

export interface Game extends GameContent {
  apiKey: string;
  name: string;
  /** The folder it came from. */
  folder: string;
  credentials: ReadonlyMap<string, Credential>;
  /** The export's `integrations`: one object per external system, such as `facebook`. Holds secrets. */
  integrations: Readonly<Record<string, unknown>>;
  /** What a new player owns of currencies 1 to 6. */
  newPlayerCurrencies: readonly number[];
  /** By short code. */
  events: ReadonlyMap<string, GameEvent>;
  /** Types of the Game Data Service whose fields are indexed, by short code. Items may be of other types too. */
  dataTypes: ReadonlyMap<string, DataType>;
  /** By name, for the classes that the configuration says something about. */
  messages: ReadonlyMap<string, MessageConfig>;
  /** `~scripts` of the configuration: Cloud Code that travels inside it. */
  embeddedScripts: readonly { type: string; shortCode: string; source: string }[];
  /** The whole configuration as it was read, unknown parts included; what is exported again. Holds secrets. */
  document: Readonly<Record<string, unknown>>;
}
