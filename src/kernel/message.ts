import type { Static, TObject } from "@sinclair/typebox";
import type { PlayerId } from "../ids.ts";
import type { Documents } from "../store/store.ts";

/** A class of messages: what it is called, and what it has beside the fields that all messages have. */
export interface MessageDefinition<F extends TObject = TObject> {
  /** The class without its dot. */
  name: string;
  /** A sentence for the reference. */
  description: string;
  fields: F;
  /** A worked example, as a client sees it. */
  example: Record<string, unknown>;
  /**
   * The fields as they are by now, once the message's global script has run. `maxBytes`: of the whole message. One read
   * at most. Without it, fields stay as they were when the message was sent.
   */
  refresh?(documents: Documents, fields: MessageFields, maxBytes: number): Promise<MessageFields>;
}

export type MessageFields = Record<string, unknown>;

/** What a sender may set in place of the game's configuration. */
export interface MessageOverrides {
  sendViaSocket?: boolean | undefined;
  sendAsPush?: boolean | undefined;
  /** 0: only sockets that are open now get it, and nothing is kept. */
  expireAfterHours?: number | undefined;
}

/** A message on its way to one or more players. Each class has a function that makes one. */
export interface NewMessage {
  definition: MessageDefinition;
  to: readonly PlayerId[];
  /** The class's own fields. */
  fields: Record<string, unknown>;
  /** Of a ScriptMessage: which of the game's extensions it is. */
  extCode?: string | undefined;
  overrides?: MessageOverrides | undefined;
}

export function defineMessage<F extends TObject>(definition: MessageDefinition<F>): MessageDefinition<F> {
  return definition;
}

/** A message of this class; `fields` are checked by the compiler. */
export function messageOf<F extends TObject>(
  definition: MessageDefinition<F>,
  to: readonly PlayerId[],
  fields: Static<F>,
  others: Pick<NewMessage, "extCode" | "overrides"> = {},
): NewMessage {
  return { definition, to, fields: fields as Record<string, unknown>, ...others };
}
