import { Type } from "@sinclair/typebox";
import { settingsOf } from "../../config.ts";
import { accountsSettings, login, mustStillHold, welcome } from "../../domains/accounts/index.ts";
import { defineRequest } from "../definition.ts";
import { text } from "../fields.ts";
import { AuthenticationFields, exampleAnswer, signedIn } from "./response.ts";

/** Source: GameSparks documentation, AuthenticationRequest. The lock's count and time are settings. */
export const authentication = defineRequest({
  name: "AuthenticationRequest",
  responseName: "AuthenticationResponse",
  category: "authentication",
  description: "Signs a registered player in with userName and password.",
  caller: "anyone",
  work: "write",
  fields: Type.Object({
    userName: text("The player's userName."),
    password: text("The player's password."),
  }),
  response: AuthenticationFields,
  errors: [
    { key: "DETAILS", value: "UNRECOGNISED", message: "No player has this userName and password; check both." },
    { key: "DETAILS", value: "LOCKED", message: "Too many wrong passwords in a row; try again after the lock's time." },
  ],
  examples: [
    {
      title: "A registered player",
      request: { "@class": ".AuthenticationRequest", userName: "ada", password: "correct horse" },
      response: exampleAnswer({ displayName: "Ada", newPlayer: false }),
    },
  ],
  prepare: ({ documents, passwords, clock, config }, { userName, password }) =>
    login(documents, passwords, { userName, password, now: clock.now() }, settingsOf(config, accountsSettings)),
  async handle(context, _request, proven) {
    const { player } = proven;
    await mustStillHold(context.documents, proven);
    return signedIn(await welcome(context.documents, player, context.clock.now()), false);
  },
});
