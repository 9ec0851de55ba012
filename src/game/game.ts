import type { GameContent } from "./content.ts";
import type { DataType } from "./data-types.ts";
import type { GameEvent } from "./events.ts";

export type Stage = "preview" | "live";
export const STAGES: readonly Stage[] = ["preview", "live"];

export type RestPolicy = "Allowed" | "RequireAuthToken" | "Forbidden";

/** What a client authenticates its connection with: `device`, `server` and so on, or a custom one. */
export interface Credential {
  name: string;
  /** The name of a system credential, or "custom". */
  type: string;
  secret: string;
  canHavePlayer: boolean;
  /** Its connections receive messages; without `canHavePlayer`, those of every player. */
  canListen: boolean;
  canCallback: boolean;
  /** If true, Connect requests are refused and player locations are not stored. */
  coppaCompliant: boolean;
  restPolicy: RestPolicy;
  /** Whether the credential permits a request, named without leading dot. */
  allows(requestName: string): boolean;
}

/** Delivery of a message class. For undefined members the server's settings or the class's defaults apply. */
export interface MessageConfig {
  /** The class, such as `ScriptMessage`, or with one of the game's short codes, such as `ScriptMessage_CODE`. */
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
  folder: string;
  credentials: ReadonlyMap<string, Credential>;
  /** The export's `integrations`, such as `facebook`. Holds secrets. */
  integrations: Readonly<Record<string, unknown>>;
  newPlayerCurrencies: readonly number[];
  /** By short code. */
  events: ReadonlyMap<string, GameEvent>;
  /** Game Data Service types with indexed fields, by short code. Items may also be of other types. */
  dataTypes: ReadonlyMap<string, DataType>;
  /** By class name; only classes with an entry in the configuration. */
  messages: ReadonlyMap<string, MessageConfig>;
  embeddedScripts: readonly { type: string; shortCode: string; source: string }[];
  /** The configuration as loaded, unknown parts included, for exports. Holds secrets. */
  document: Readonly<Record<string, unknown>>;
}
