import type { Static, TObject } from "@sinclair/typebox";
import type { PlayerId } from "../ids.ts";
import type { Documents } from "../store/store.ts";

/** A message class: its name and the fields it adds to those that all messages have. */
export interface MessageDefinition<F extends TObject = TObject> {
  name: string;
  description: string;
  fields: F;
  example: Record<string, unknown>;
  /**
   * Updates the fields after the message's global script has run, with at most one read. `maxBytes` limits the message.
   */
  refresh?(documents: Documents, fields: MessageFields, maxBytes: number): Promise<MessageFields>;
}

export type MessageFields = Record<string, unknown>;

/** Overrides of the game's configuration for one message. */
export interface MessageOverrides {
  sendViaSocket?: boolean | undefined;
  sendAsPush?: boolean | undefined;
  /** 0: deliver to open sockets only; store nothing. */
  expireAfterHours?: number | undefined;
}

/** An unsent message to one or more players. Each class has a function that creates one. */
export interface NewMessage {
  definition: MessageDefinition;
  to: readonly PlayerId[];
  /** The class's own fields. */
  fields: Record<string, unknown>;
  /** For a ScriptMessage: which of the game's extensions it is. */
  extCode?: string | undefined;
  overrides?: MessageOverrides | undefined;
}

export function defineMessage<F extends TObject>(definition: MessageDefinition<F>): MessageDefinition<F> {
  return definition;
}

/** Creates a message; the compiler checks `fields`. */
export function messageOf<F extends TObject>(
  definition: MessageDefinition<F>,
  to: readonly PlayerId[],
  fields: Static<F>,
  others: Pick<NewMessage, "extCode" | "overrides"> = {},
): NewMessage {
  return { definition, to, fields: fields as Record<string, unknown>, ...others };
}
