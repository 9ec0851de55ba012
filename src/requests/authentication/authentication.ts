import { Type } from "@sinclair/typebox";
import { settingsOf } from "../../config.ts";
import {
  accountsSettings,
  login,
  loginRefusals,
  requireUnchangedPassword,
  touchPlayer,
} from "../../domains/accounts/index.ts";
import { defineRequest } from "../definition.ts";
import { text } from "../fields.ts";
import { AuthenticationFields, exampleAnswer, signedIn } from "./response.ts";

/** Source: GameSparks documentation, AuthenticationRequest. How many wrong passwords lock a player, and for how long, are settings. */
export const authentication = defineRequest({
  name: "AuthenticationRequest",
  responseName: "AuthenticationResponse",
  category: "authentication",
  description: "Signs in a registered player with userName and password.",
  caller: "anyone",
  work: "write",
  fields: Type.Object({
    userName: text("The player's userName."),
    password: text("The player's password."),
  }),
  response: AuthenticationFields,
  errors: loginRefusals,
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
    await requireUnchangedPassword(context.documents, proven);
    return signedIn(await touchPlayer(context.documents, player, context.clock.now()), false);
  },
});
