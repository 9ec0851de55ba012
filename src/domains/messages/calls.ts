import { settingsOf } from "../../config.ts";
import { RequestError } from "../../errors.ts";
import { type PlayerId, parsePlayerId } from "../../ids.ts";
import type { MessageOverrides } from "../../kernel/message.ts";
import { list, object, text, whole } from "../../kernel/scripts/arguments.ts";
import { type Call, read, write, writeExactly } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { readScriptPlayer } from "../accounts/index.ts";
import { dismiss, dismissOfAnybody } from "./inbox.ts";
import { Messages } from "./messages.ts";
import { refusals } from "./refusals.ts";
import { scriptMessage } from "./script-message.ts";
import { messagesSettings } from "./settings.ts";

/** Ids are short, and those that are none are left out like those of players who do not exist. */
const LONGEST_ID = 256;

export const messageCalls: Record<string, Call> = {
  /**
   * `{extCode, data, to, sendViaSocket, sendAsPush, expireAfterHours}`, each but `to` or null. When it is answered, the
   * message is on disk and on its way, whatever becomes of the script. One transaction; see `Messages.write`.
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
      const post = await store.transaction(async (tx) => {
        const attempt = messages.post(stage, messageDepth);
        attempt.send(draft);
        await messages.write(attempt, tx);
        return attempt;
      });
      messages.deliver(post);
    } catch (error) {
      throw error instanceof RequestError ? new CallError(sentenceOf(error, maxMessageBytes)) : error;
    }
  }),

  /** answers whom the message goes to that the script is of */
  "message.playerIds": read(async ({ playerIds }) => playerIds),

  /** id of the message; answers whether there was one */
  "message.dismiss": writeExactly(({ store, clock }, [id]) =>
    dismissOfAnybody(store, text(id, "messageId"), clock.now()),
  ),

  /** id of the player, id of the message; answers whether the player had it */
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

  /** id of the player, whether the connection of the run's own request stays as it is */
  "player.disconnect": write(async ({ service, session, store }, [id, excludeCurrent]) => {
    const player = parsePlayerId(id);
    // Sockets are of every stage, and the player must be of this one.
    const found = player && (await readScriptPlayer(store, player));
    if (player === undefined || !found) throw new CallError("There is no such player.");
    service(Messages).terminateSessions(player, excludeCurrent === true ? session?.connection : undefined);
  }),
};

function playersOf(value: unknown, most: number): PlayerId[] {
  const ids = list(value, "playerIds");
  if (ids.length > most)
    throw new CallError(`A message goes to at most ${most} players, and this one to ${ids.length}.`);
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
    return "Scripts of messages send messages whose scripts send messages: the chain is too long. Does it ever end?";
  }
  if (refusal === refusals.extCode.INVALID) return "extCode is longer than 128 characters.";
  return `The message is refused: ${JSON.stringify(pairs)}`;
}
