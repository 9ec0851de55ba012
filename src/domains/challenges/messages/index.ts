import type { MessageDefinition } from "../../../kernel/message.ts";
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

/** Source: GameSparks documentation, the page of each class. */
export const challengeMessages: readonly MessageDefinition[] = [
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
];
