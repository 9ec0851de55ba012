import { Type } from "@sinclair/typebox";
import type { PlayerId } from "../../ids.ts";
import { defineMessage, type MessageOverrides, messageOf, type NewMessage } from "../../kernel/message.ts";

/**
 * A message sent by a script. An extension is named by `extCode` and configured as `ScriptMessage_CODE`. Its class on
 * the wire is still `.ScriptMessage`: the SDKs combine class and code to find the game's listener.
 * Source: GameSparks documentation, ScriptMessage; GSMessage.h of the C++ SDK.
 */
export const scriptMessageDefinition = defineMessage({
  name: "ScriptMessage",
  description: "A message that one of the game's scripts sent.",
  fields: Type.Object({
    data: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "What the script sent." })),
    extCode: Type.Optional(Type.String({ description: "The code of the extension that the script named." })),
  }),
  example: {
    "@class": ".ScriptMessage",
    messageId: "5f0c1e2ab3d4c5e6f7a8b9d0",
    notification: true,
    summary: "ScriptMessage",
    data: { gold: 5 },
    extCode: "GIFT",
    playerId: "5f0c1e2ab3d4c5e6f7a8b9c0",
  },
});

export function scriptMessage(message: {
  to: readonly PlayerId[];
  data?: Record<string, unknown> | undefined;
  extCode?: string | null | undefined;
  overrides?: MessageOverrides | undefined;
}): NewMessage {
  const { to, data, overrides } = message;
  const extCode = message.extCode || undefined;
  const fields = { ...(data && { data }), ...(extCode !== undefined && { extCode }) };
  return messageOf(scriptMessageDefinition, to, fields, { extCode, overrides });
}
