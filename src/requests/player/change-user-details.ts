import { Type } from "@sinclair/typebox";
import { settingsOf } from "../../config.ts";
import { accountsSettings, changeDetails, MAX_PASSWORD_LENGTH, provePassword } from "../../domains/accounts/index.ts";
import { RequestError } from "../../errors.ts";
import { defineRequest } from "../definition.ts";
import { checkName, optionalText } from "../fields.ts";

/** Source: GameSparks documentation, ChangeUserDetailsRequest. What is not sent stays as it is. */
export const changeUserDetails = defineRequest({
  name: "ChangeUserDetailsRequest",
  responseName: "ChangeUserDetailsResponse",
  category: "player",
  description:
    "Changes the player's display name, language, userName or password. A new password ends the player's authTokens, and signs the player out on every other socket.",
  caller: "player",
  work: "write",
  fields: Type.Object({
    displayName: optionalText("The new display name."),
    language: optionalText("The new language code."),
    newPassword: optionalText("The new password."),
    oldPassword: optionalText("The present password; checked where it is sent."),
    userName: optionalText("The new userName. With a password it ends a device's login."),
  }),
  response: Type.Object({
    authToken: optionalText("Where the password is new: in place of the player's authTokens, which have ended."),
  }),
  errors: [
    { key: "DETAILS", value: "UNRECOGNISED", message: "The old password is not the player's; send the right one." },
    { key: "DETAILS", value: "LOCKED", message: "Too many wrong passwords in a row; try again after the lock's time." },
    { key: "USERNAME", value: "TAKEN", message: "Another player has this userName; choose a different one." },
  ],
  examples: [
    {
      title: "A userName and password of the player's own",
      request: { "@class": ".ChangeUserDetailsRequest", userName: "ada", newPassword: "correct horse" },
      response: {
        "@class": ".ChangeUserDetailsResponse",
        authToken: "44b297a8-162a-4220-8c14-dad9a1946ad2",
      },
    },
  ],
  async prepare({ documents, passwords, player, clock, config }, request) {
    const { displayName, language, userName, newPassword, oldPassword } = request;
    checkName("userName", userName);
    checkName("displayName", displayName, { empty: true });
    checkName("language", language, { empty: true });
    if (newPassword === "") throw new RequestError({ newPassword: "REQUIRED" });
    if (newPassword && newPassword.length > MAX_PASSWORD_LENGTH) throw new RequestError({ newPassword: "TOO_LONG" });
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
