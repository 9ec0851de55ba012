import { whole } from "../../setting.ts";

export const messagesSettings = {
  messageExpireHours: whole("Hours to keep a message if the game's configuration does not say.", 720, 1, 87_600),
  messagesPerPlayer: whole(
    "Approximate maximum number of stored messages per player; the oldest are deleted.",
    1_000,
    1,
  ),
  maxMessageBytes: whole("Maximum size of a message; a larger one is refused.", 65_536, 1024, 1_048_576),
  maxMessageRecipients: whole("Maximum number of recipients of one message.", 10_000, 1, 100_000),
};
