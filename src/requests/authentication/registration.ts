import { Type } from "@sinclair/typebox";
import {
  accountRefusals,
  MAX_PASSWORD_LENGTH,
  register,
  segmentsOf,
  segmentsRefusals,
} from "../../domains/accounts/index.ts";
import { field } from "../../errors.ts";
import { signUpBonuses } from "../../game/currencies.ts";
import { defineRequest } from "../definition.ts";
import { checkName, optionalJson, text } from "../fields.ts";
import { AuthenticationFields, exampleAnswer, signedIn } from "./response.ts";

/** Source: GameSparks documentation, RegistrationRequest. A userName that is taken is refused, even with the right password. */
export const registration = defineRequest({
  name: "RegistrationRequest",
  responseName: "RegistrationResponse",
  category: "authentication",
  description: "Creates a player that logs in with a userName and password, and signs it in.",
  caller: "anyone",
  work: "write",
  fields: Type.Object({
    displayName: text("The name that other players see; need not be unique."),
    userName: text("The name to log in with; unique in the game."),
    password: text("The password to log in with."),
    segments: optionalJson("Segment type → value of the new player."),
  }),
  response: AuthenticationFields,
  errors: [
    accountRefusals.USERNAME.TAKEN,
    field("userName", "REQUIRED"),
    field("userName", "TOO_LONG"),
    field("displayName", "TOO_LONG"),
    field("password", "REQUIRED"),
    field("password", "TOO_LONG"),
    ...segmentsRefusals,
  ],
  examples: [
    {
      title: "A new player",
      request: { "@class": ".RegistrationRequest", userName: "ada", password: "correct horse", displayName: "Ada" },
      response: exampleAnswer({ "@class": ".RegistrationResponse", displayName: "Ada", newPlayer: true }),
    },
  ],
  async prepare({ passwords, refuse }, { userName, displayName, password, segments }) {
    checkName("userName", userName);
    checkName("displayName", displayName, { empty: true });
    if (password === "") throw refuse(field("password", "REQUIRED"));
    if (password.length > MAX_PASSWORD_LENGTH) throw refuse(field("password", "TOO_LONG"));
    return { segments: segmentsOf(segments), hash: await passwords.hash(password) };
  },
  async handle({ documents, game, clock }, { userName, displayName }, { segments, hash }) {
    const newcomer = { userName, displayName, segments, ...signUpBonuses(game), now: clock.now() };
    return signedIn(await register(documents, newcomer, hash), true);
  },
});
