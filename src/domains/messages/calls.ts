import { settingsOf } from "../../config.ts";
import { RequestError } from "../../errors.ts";
import { type PlayerId, parsePlayerId } from "../../ids.ts";
import type { MessageOverrides } from "../../kernel/message.ts";
import { list, object, text, whole } from "../../kernel/scripts/arguments.ts";
import { type Call, read, write, writeExactly } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { readScriptPlayer } from "../accounts/index.ts";
import { dismiss, dismissForAnyPlayer } from "./inbox.ts";
import { Messages } from "./messages.ts";
import { refusals } from "./refusals.ts";
import { scriptMessage } from "./script-message.ts";
import { messagesSettings } from "./settings.ts";

const LONGEST_ID = 256;

export const messageCalls: Record<string, Call> = {
  /**
   * `{extCode, data, to, sendViaSocket, sendAsPush, expireAfterHours}`; all but `to` may be null. When the call
   * returns, the message is on disk and will be sent even if the script fails. One transaction; see `Messages.write`.
   */
  "message.send": writeExactly(async ({ service, messageDepth, stage, store, config }, [message]) => {
    const messages = service(Messages);
    const { maxMessageRecipients, maxMessageBytes } = settingsOf(config, messagesSettings);
    const { extCode, data, to, ...overrides } = object(message, "message");
    const draft = scriptMessage({
      to: playersOf(to, maxMessageRecipients),
      data: data === null ? undefined : object(data, "data"),
      extCode: extCode === null ? undefined : text(extCode, "extCode"),
      overrides: overridesOf(overrides),
    });
    try {
      const outbox = await store.transaction(async (tx) => {
        const attempt = messages.outbox(stage, messageDepth);
        attempt.send(draft);
        await messages.write(attempt, tx);
        return attempt;
      });
      messages.deliver(outbox);
    } catch (error) {
      throw error instanceof RequestError ? new CallError(sentenceOf(error, maxMessageBytes)) : error;
    }
  }),

  /** → for a message script, the recipients of its message */
  "message.playerIds": read(async ({ playerIds }) => playerIds),

  /** message id → whether the message existed */
  "message.dismiss": writeExactly(({ store, clock }, [id]) =>
    dismissForAnyPlayer(store, text(id, "messageId"), clock.now()),
  ),

  /** player id, message id → whether the player had the message */
  "player.dismissMessage": writeExactly(async ({ store, clock }, [id, messageId]) => {
    const player = parsePlayerId(id);
    if (player === undefined) throw new CallError("There is no such player.");
    try {
      await dismiss(store, player, text(messageId, "messageId"), clock.now());
      return true;
    } catch (error) {
      if (error instanceof RequestError) return false;
      throw error;
    }
  }),

  /** player id, whether the connection that sent the run's request stays signed in */
  "player.disconnect": write(async ({ service, session, store }, [id, excludeCurrent]) => {
    const player = parsePlayerId(id);
    // Sessions are shared by all stages; the player must exist on this one.
    const found = player && (await readScriptPlayer(store, player));
    if (player === undefined || !found) throw new CallError("There is no such player.");
    service(Messages).terminateSessions(player, excludeCurrent === true ? session?.connection : undefined);
  }),
};

function playersOf(value: unknown, most: number): PlayerId[] {
  const ids = list(value, "playerIds");
  if (ids.length > most)
    throw new CallError(`A message may have at most ${most} recipients; this one has ${ids.length}.`);
  // Malformed ids are ignored, like those of players who do not exist.
  return ids.map((id) => parsePlayerId(text(id, "playerIds", LONGEST_ID))).filter((id) => id !== undefined);
}

function overridesOf({ sendViaSocket, sendAsPush, expireAfterHours }: Record<string, unknown>): MessageOverrides {
  return {
    sendViaSocket: flag(sendViaSocket, "sendViaSocket"),
    sendAsPush: flag(sendAsPush, "sendAsPush"),
    expireAfterHours: expireAfterHours === null ? undefined : whole(expireAfterHours, "expireAfterHours"),
  };
}

function flag(value: unknown, name: string): boolean | undefined {
  if (value === null) return undefined;
  if (typeof value !== "boolean") throw new CallError(`${name} must be a boolean.`);
  return value;
}

function sentenceOf({ refusals: [refusal], pairs }: RequestError, maxBytes: number): string {
  if (refusal === refusals.message.TOO_LARGE) return `The message is larger than ${maxBytes} bytes.`;
  if (refusal === refusals.message.CHAIN_TOO_LONG) {
    return "The chain of message scripts that send messages with scripts is too long. Is it endless?";
  }
  if (refusal === refusals.extCode.INVALID) return "extCode is longer than 128 characters.";
  return `The message was refused: ${JSON.stringify(pairs)}`;
}
