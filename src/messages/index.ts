import type { MessageDefinition } from "./definition.ts";
import { scriptMessageDefinition } from "./script-message.ts";
import { sessionTerminatedMessage } from "./session-terminated-message.ts";

/** Every message class the server sends, by its name without the dot. */
export const messages: ReadonlyMap<string, MessageDefinition> = new Map(
  [scriptMessageDefinition, sessionTerminatedMessage].map((m) => [m.name, m]),
);
