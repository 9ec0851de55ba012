import { settingsOf } from "../../config.ts";
import { defineDomain } from "../../kernel/domain.ts";
import { messageCalls } from "./calls.ts";
import { OLDEST_FIRST } from "./collections.ts";
import { Messages } from "./messages.ts";
import { scriptMessageDefinition } from "./script-message.ts";
import { createMessageScripts } from "./script-runs.ts";
import { sessionTerminatedMessage } from "./session-terminated-message.ts";
import { messagesSettings } from "./settings.ts";

/** Messages to players: storing, sending, listing and dismissing them, for all message classes. */
export const messagesDomain = defineDomain({
  name: "messages",
  settings: messagesSettings,
  collections: [
    {
      name: "message",
      // For pages of a player's list, of all classes or one; and for the waiting messages.
      indexes: [
        [{ playerId: 1, ...OLDEST_FIRST }],
        [{ playerId: 1, class: 1, ...OLDEST_FIRST }],
        [{ playerId: 1, waiting: 1, ...OLDEST_FIRST }],
        [{ expires: 1 }, { expireAfterSeconds: 0 }],
      ],
    },
    { name: "outgoingMessage", indexes: [[{ due: 1 }]] },
  ],
  messages: [scriptMessageDefinition, sessionTerminatedMessage],
  calls: messageCalls,
  service: {
    class: Messages,
    make: (kernel) => {
      const { game, config, clock, channel, jobs, log } = kernel;
      return new Messages({
        messages: game.messages,
        classes: kernel.messageClasses,
        ...{ clock, channel, jobs },
        config: { ...settingsOf(config, messagesSettings), scriptTimeoutMs: config.scriptTimeoutMs },
        scripts: createMessageScripts(kernel),
        failed: (err) => log.error({ err }, "messages could not be delivered; they will be retried"),
        cut: (messageClass) =>
          log.warn({ messageClass }, "values set by scripts made a message too large and were omitted"),
      });
    },
  },
});

export { dismiss, dismissAll, getMessage, type ListedMessage, listMessages, setStatus } from "./inbox.ts";
export { Messages } from "./messages.ts";
export { type Mailbox, NO_MAILBOX, Outbox } from "./outbox.ts";
export { refusals as messageRefusals, statusTooLong, unknownMessage } from "./refusals.ts";
