import { Type } from "@sinclair/typebox";
import type { PlayerDocument } from "../../domains/accounts/index.ts";
import { playerIdOf } from "../../ids.ts";
import type { Outcome } from "../definition.ts";
import { optionalText, PlayerFields, text } from "../fields.ts";

/** The response of every request that signs a player in. `authToken` and `userId` are added when the session changes. */
export const AuthenticationFields = Type.Object({
  authToken: text("Logs the player in again; SDKs send it in the next handshake."),
  displayName: optionalText("The player's display name."),
  newPlayer: Type.Boolean({ description: "Whether this request created the player." }),
  userId: text("The player's id."),
  switchSummary: Type.Optional(PlayerFields),
});

/** The outcome that signs `player` in. */
export function signedIn(
  { _id, displayName }: Pick<PlayerDocument, "_id" | "displayName">,
  newPlayer: boolean,
): Outcome<{ displayName?: string; newPlayer: boolean; userId: string }> {
  const userId = playerIdOf(_id);
  return {
    response: { ...(displayName !== undefined && { displayName }), newPlayer, userId },
    signIn: userId,
  };
}

/** A response as the examples show it. */
export const exampleAnswer = (response: Record<string, unknown>) => ({
  "@class": ".AuthenticationResponse",
  authToken: "44b297a8-162a-4220-8c14-dad9a1946ad2",
  userId: "5f0c1e2ab3d4c5e6f7a8b9c0",
  ...response,
});
