import { Type } from "@sinclair/typebox";
import { settingsOf } from "../../config.ts";
import {
  accountRefusals,
  accountsSettings,
  changeDetails,
  MAX_PASSWORD_LENGTH,
  provePassword,
} from "../../domains/accounts/index.ts";
import { field } from "../../errors.ts";
import { defineRequest } from "../definition.ts";
import { checkName, optionalText } from "../fields.ts";

/** Source: GameSparks documentation, ChangeUserDetailsRequest. Fields that are not sent stay as they are. */
export const changeUserDetails = defineRequest({
  name: "ChangeUserDetailsRequest",
  responseName: "ChangeUserDetailsResponse",
  category: "player",
  description:
    "Changes the player's display name, language, userName or password. A new password revokes the player's authTokens and signs the player out on every other socket.",
  caller: "player",
  work: "write",
  fields: Type.Object({
    displayName: optionalText("The new display name."),
    language: optionalText("The new language code."),
    newPassword: optionalText("The new password."),
    oldPassword: optionalText("The current password; checked if it is sent."),
    userName: optionalText("The new userName. A player with a password can then no longer log in by device."),
  }),
  response: Type.Object({
    authToken: optionalText("A new authToken, if the password changed; the old ones have expired."),
  }),
  errors: [
    {
      ...accountRefusals.DETAILS.UNRECOGNISED,
      meaning: "oldPassword is not the player's password.",
      cure: "Check it.",
    },
    accountRefusals.DETAILS.LOCKED,
    accountRefusals.USERNAME.TAKEN,
    field("userName", "REQUIRED", "The userName is blank.", "Send another, or leave it out."),
    field("userName", "TOO_LONG"),
    field("displayName", "TOO_LONG"),
    field("language", "TOO_LONG"),
    field("newPassword", "REQUIRED", "The new password is empty.", "Send another, or leave it out."),
    field("newPassword", "TOO_LONG"),
  ],
  examples: [
    {
      title: "A userName and password for a player of a device",
      request: { "@class": ".ChangeUserDetailsRequest", userName: "ada", newPassword: "correct horse" },
      response: {
        "@class": ".ChangeUserDetailsResponse",
        authToken: "44b297a8-162a-4220-8c14-dad9a1946ad2",
      },
    },
  ],
  async prepare({ documents, passwords, player, clock, config, refuse }, request) {
    const { displayName, language, userName, newPassword, oldPassword } = request;
    checkName("userName", userName);
    checkName("displayName", displayName, { empty: true });
    checkName("language", language, { empty: true });
    if (newPassword === "") throw refuse(field("newPassword", "REQUIRED"));
    if (newPassword && newPassword.length > MAX_PASSWORD_LENGTH) throw refuse(field("newPassword", "TOO_LONG"));
    const guess = oldPassword !== undefined && { player, password: oldPassword, now: clock.now() };
    const limits = settingsOf(config, accountsSettings);
    const proven = guess ? await provePassword(documents, passwords, guess, limits) : undefined;
    return { proven, newHash: newPassword && (await passwords.hash(newPassword)) };
  },
  async handle(context, { displayName, language, userName }, { proven, newHash }) {
    const { documents, messages, player, caller, credential } = context;
    await changeDetails(documents, player, { displayName, language, userName, proven, newHash });
    if (newHash === undefined) return { response: {} };
    messages.terminateSessions(player, caller);
    return { response: {}, ...(credential.canHavePlayer && { newToken: true }) };
  },
});
