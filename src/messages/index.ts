import { challengeAcceptedMessage } from "./challenge-accepted-message.ts";
import { challengeChatMessage } from "./challenge-chat-message.ts";
import { challengeDeclinedMessage } from "./challenge-declined-message.ts";
import { challengeDrawnMessage } from "./challenge-drawn-message.ts";
import { challengeExpiredMessage } from "./challenge-expired-message.ts";
import { challengeIssuedMessage } from "./challenge-issued-message.ts";
import { challengeJoinedMessage } from "./challenge-joined-message.ts";
import { challengeLostMessage } from "./challenge-lost-message.ts";
import { challengeStartedMessage } from "./challenge-started-message.ts";
import { challengeTurnTakenMessage } from "./challenge-turn-taken-message.ts";
import { challengeWaitingMessage } from "./challenge-waiting-message.ts";
import { challengeWithdrawnMessage } from "./challenge-withdrawn-message.ts";
import { challengeWonMessage } from "./challenge-won-message.ts";
import type { MessageDefinition } from "./definition.ts";
import { scriptMessageDefinition } from "./script-message.ts";
import { sessionTerminatedMessage } from "./session-terminated-message.ts";

/** Every message class the server sends, by its name without the dot. */
export const messages: ReadonlyMap<string, MessageDefinition> = new Map(
  [
    challengeAcceptedMessage,
    challengeChatMessage,
    challengeDeclinedMessage,
    challengeDrawnMessage,
    challengeExpiredMessage,
    challengeIssuedMessage,
    challengeJoinedMessage,
    challengeLostMessage,
    challengeStartedMessage,
    challengeTurnTakenMessage,
    challengeWaitingMessage,
    challengeWithdrawnMessage,
    challengeWonMessage,
    scriptMessageDefinition,
    sessionTerminatedMessage,
  ].map((m) => [m.name, m]),
);
