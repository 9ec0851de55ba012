import { catalogue, field } from "../../errors.ts";

/** What sending a message is refused with; any request that sends one can be. */
export const refusals = catalogue({
  message: {
    TOO_LARGE: ["A message would have more than `maxMessageBytes`.", "Put less into it."],
    CHAIN_TOO_LONG: [
      "Scripts of messages sent messages whose scripts sent messages, more than four in a row.",
      "End the chain in the scripts.",
    ],
  },
  playerIds: { TOO_MANY: ["A message would go to more than `maxMessageRecipients` players.", "Send several."] },
  extCode: { INVALID: ["The message's extCode has more than 128 characters.", "Use a shorter one."] },
});

export const unknownMessage = field(
  "messageId",
  "UNKNOWN",
  "The player has no such message, or it was dismissed or has expired.",
  "List the messages for the ids there are.",
);
export const statusTooLong = field("status", "TOO_LONG", "The status has more than 256 characters.");
