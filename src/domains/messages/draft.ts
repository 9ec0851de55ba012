import { RequestError } from "../../errors.ts";
import type { MessageConfig } from "../../game/game.ts";
import type { NewMessage } from "../../kernel/message.ts";
import { refusals } from "./refusals.ts";
import { fillTemplate } from "./template.ts";

/** What all copies of a message share. Stored as JSON until the copies are made. */
export interface Draft {
  class: string;
  extCode?: string;
  fields: Record<string, unknown>;
  notification: boolean;
  viaSocket: boolean;
  /** Milliseconds since 1970. */
  expires: number;
  /** Templates over the message's JSON. */
  title?: string;
  subTitle?: string;
  summary?: string;
  /** Length of the chain of message scripts that led to this message, each sending the next; absent: 0. */
  depth?: number;
}

export interface Scripted {
  scriptData: Record<string, unknown>;
  scriptErrors: Record<string, unknown>;
}

export interface DraftSettings {
  messages: ReadonlyMap<string, MessageConfig>;
  messageExpireHours: number;
  maxMessageBytes: number;
}

const HOUR_MS = 3_600_000;
const LONGEST_HOURS = 87_600;
const MAX_CODE_LENGTH = 128;
const SOME_ID = "0".repeat(24);

/**
 * Applies the game's configuration and the sender's overrides to a message. An extension without a configuration uses
 * that of its class. Refuses `{message: "TOO_LARGE"}` and `{extCode: "INVALID"}`.
 */
export function draftOf(message: NewMessage, settings: DraftSettings, now: number): Draft {
  const { definition, fields, extCode, overrides = {} } = message;
  if (extCode !== undefined && extCode.length > MAX_CODE_LENGTH) throw new RequestError(refusals.extCode.INVALID);
  const plain = settings.messages.get(definition.name);
  const config = (extCode !== undefined && settings.messages.get(`${definition.name}_${extCode}`)) || plain;
  const hours = overrides.expireAfterHours ?? config?.expireAfterHours ?? settings.messageExpireHours;
  const draft: Draft = {
    class: definition.name,
    ...(extCode !== undefined && { extCode }),
    fields,
    notification: overrides.sendAsPush ?? config?.sendAsPush ?? true,
    viaSocket: overrides.sendViaSocket ?? config?.sendViaSocket ?? true,
    expires: now + Math.min(Math.max(hours, 0), LONGEST_HOURS) * HOUR_MS,
    ...(config?.title !== undefined && { title: config.title }),
    ...(config?.subTitle !== undefined && { subTitle: config.subTitle }),
    ...(config?.summary !== undefined && { summary: config.summary }),
  };
  const text = JSON.stringify(bodyOf(draft, { messageId: SOME_ID, playerId: SOME_ID }));
  if (!fits(text, settings.maxMessageBytes)) throw new RequestError(refusals.message.TOO_LARGE);
  return draft;
}

/** The message as sent to clients, or without ids for the global script. The templates see all other members. */
export function bodyOf(
  draft: Draft,
  ids: { messageId?: string; playerId?: string },
  scripted?: Scripted,
): Record<string, unknown> {
  const { messageId, playerId } = ids;
  const body: Record<string, unknown> = {
    "@class": `.${draft.class}`,
    ...(messageId !== undefined && { messageId }),
    notification: draft.notification,
    ...draft.fields,
    ...(playerId !== undefined && { playerId }),
    ...(hasMembers(scripted?.scriptData) && { scriptData: scripted?.scriptData }),
    ...(hasMembers(scripted?.scriptErrors) && { error: scripted?.scriptErrors }),
  };
  const { title, subTitle, summary } = draft;
  return {
    ...body,
    ...(title !== undefined && { title: fillTemplate(title, body) }),
    ...(subTitle !== undefined && { subTitle: fillTemplate(subTitle, body) }),
    summary: summary === undefined ? draft.class : fillTemplate(summary, body),
  };
}

/** The body as text. If values set by scripts make it too large, omits them and calls `cut`. */
export function textOf(
  draft: Draft,
  ids: { messageId: string; playerId: string },
  scripted: Scripted | undefined,
  maxBytes: number,
  cut: () => void,
): string {
  const text = JSON.stringify(bodyOf(draft, ids, scripted));
  if (fits(text, maxBytes)) return text;
  cut();
  return JSON.stringify(bodyOf(draft, ids));
}

function fits(text: string, maxBytes: number): boolean {
  // A UTF-16 unit takes at most three bytes, so short texts need not be measured.
  return text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes;
}

function hasMembers(value: object | undefined): boolean {
  for (const _ in value) return true;
  return false;
}
