import { Type } from "@sinclair/typebox";
import { changeDetails, checkOldPassword } from "../../accounts/details.ts";
import { MAX_PASSWORD_LENGTH } from "../../accounts/passwords.ts";
import { RequestError } from "../../errors.ts";
import { defineRequest } from "../definition.ts";
import { checkName, optionalText } from "../fields.ts";

/** Source: GameSparks documentation, ChangeUserDetailsRequest. What is not sent stays as it is. */
export const changeUserDetails = defineRequest({
  name: "ChangeUserDetailsRequest",
  responseName: "ChangeUserDetailsResponse",
  category: "player",
  description: "Changes the player's display name, language, userName or password.",
  caller: "player",
  work: "write",
  fields: Type.Object({
    displayName: optionalText("The new display name."),
    language: optionalText("The new language code."),
    newPassword: optionalText("The new password."),
    oldPassword: optionalText("The present password; checked where it is sent."),
    userName: optionalText("The new userName. With a password it ends a device's login."),
  }),
  response: Type.Object({}),
  errors: [
    { key: "DETAILS", value: "UNRECOGNISED", message: "The old password is not the player's; send the right one." },
    { key: "USERNAME", value: "TAKEN", message: "Another player has this userName; choose a different one." },
  ],
  examples: [
    {
      title: "A userName and password of the player's own",
      request: { "@class": ".ChangeUserDetailsRequest", userName: "ada", newPassword: "correct horse" },
      response: { "@class": ".ChangeUserDetailsResponse" },
    },
  ],
  async prepare({ documents, passwords, player }, { displayName, language, userName, newPassword, oldPassword }) {
    checkName("userName", userName);
    checkName("displayName", displayName, { empty: true });
    checkName("language", language, { empty: true });
    if (newPassword === "") throw new RequestError({ newPassword: "REQUIRED" });
    if (newPassword && newPassword.length > MAX_PASSWORD_LENGTH) throw new RequestError({ newPassword: "TOO_LONG" });
    const old =
      oldPassword === undefined ? undefined : await checkOldPassword(documents, passwords, player, oldPassword);
    return { checkedHash: old, newHash: newPassword && (await passwords.hash(newPassword)) };
  },
  async handle({ documents, player }, { displayName, language, userName }, { checkedHash, newHash }) {
    await changeDetails(documents, player, { displayName, language, userName, checkedHash, newHash });
    return { response: {} };
  },
});
