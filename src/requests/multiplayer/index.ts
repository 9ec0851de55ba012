import type { AnyRequest } from "../definition.ts";
import { acceptChallenge } from "./accept-challenge.ts";
import { chatOnChallenge } from "./chat-on-challenge.ts";
import { createChallenge } from "./create-challenge.ts";
import { declineChallenge } from "./decline-challenge.ts";
import { findChallenge } from "./find-challenge.ts";
import { getChallenge } from "./get-challenge.ts";
import { joinChallenge } from "./join-challenge.ts";
import { listChallenge } from "./list-challenge.ts";
import { listChallengeType } from "./list-challenge-type.ts";
import { logChallengeEvent } from "./log-challenge-event.ts";
import { withdrawChallenge } from "./withdraw-challenge.ts";

export const multiplayerRequests: readonly AnyRequest[] = [
  acceptChallenge,
  chatOnChallenge,
  createChallenge,
  declineChallenge,
  findChallenge,
  getChallenge,
  joinChallenge,
  listChallenge,
  listChallengeType,
  logChallengeEvent,
  withdrawChallenge,
];
