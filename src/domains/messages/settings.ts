import { whole } from "../../setting.ts";

export const messagesSettings = {
  messageExpireHours: whole("How long a message is kept where the game's configuration does not say.", 720, 1, 87_600),
  messagesPerPlayer: whole("A player's oldest messages beyond about this many are deleted.", 1_000, 1),
  maxMessageBytes: whole("A larger message is refused.", 65_536, 1024, 1_048_576),
  maxMessageRecipients: whole("Players that one message may be sent to.", 10_000, 1, 100_000),
};
