import { Type } from "@sinclair/typebox";
import type { ChallengeDocument } from "../../domains/challenges/index.ts";
import {
  begin,
  challengeOf,
  challengeRefusals,
  changeChallenge,
  dueState,
  invalid,
  lockOf,
  notInvolved,
  takeTurn,
  turnsOf,
  whyNoTurn,
} from "../../domains/challenges/index.ts";
import { RequestError } from "../../errors.ts";
import type { Game } from "../../game/game.ts";
import { defineRequest, type PlayerContext } from "../definition.ts";
import { attributesOf, eventRefusals, unknownEvent } from "../event-attributes.ts";
import { text } from "../fields.ts";
import { ChallengeIdField, EXAMPLE_ID, workOf } from "./challenge-request.ts";

const { challengeInstanceId: ofId } = challengeRefusals;

/**
 * Source: GameSparks documentation, LogChallengeEventRequest and Challenges. Events of one challenge are handled one
 * after the other, each with its scripts. So a turn is checked before the scripts run, and nobody else takes it in between.
 */
export const logChallengeEvent = defineRequest({
  name: "LogChallengeEventRequest",
  responseName: "LogChallengeEventResponse",
  category: "multiplayer",
  description:
    "Logs an event for a running challenge that the player plays. A turn consumer takes a turn or an attempt once the scripts have run. The event's script for challenges runs after the request's script.",
  caller: "player",
  work: "write",
  fields: Type.Object({ ...ChallengeIdField, eventKey: text("The event's short code.") }),
  response: Type.Object({}),
  errors: [notInvolved, ...Object.values(ofId), ...eventRefusals],
  examples: [
    {
      title: "A move",
      request: { "@class": ".LogChallengeEventRequest", challengeInstanceId: EXAMPLE_ID, eventKey: "MOVE", FIELD: 4 },
      response: { "@class": ".LogChallengeEventResponse" },
    },
  ],
  complete({ game, clock, hasEventScript }, request, sent) {
    const event = game.events.get(request.eventKey);
    if (event) return { ...request, ...attributesOf(event, sent, clock.now()) };
    if (hasEventScript(request.eventKey, "event-challenge")) return request;
    throw unknownEvent(request.eventKey, game);
  },
  boundScript: ({ eventKey }) => ({ kind: "event-challenge", name: eventKey }),
  /** Resolves to how many turns the player has taken if the event takes one more, else to undefined. */
  async admit(context, { challengeInstanceId, eventKey }, { lock }) {
    await running(context, challengeInstanceId);
    if (!(await lock(lockOf(challengeInstanceId)))) throw context.refuse(ofId.BUSY);
    const challenge = await running(context, challengeInstanceId);
    if (!isConsumer(context.game, challenge, eventKey)) return undefined;
    refuse(whyNoTurn(challenge, context.player));
    return turnsOf(challenge, context.player);
  },
  async handle(context, { challengeInstanceId }) {
    const { player, admitted } = context;
    if (admitted === undefined) return { response: {} };
    await changeChallenge(workOf(context), challengeInstanceId, async (step) => {
      // A script may have ended it, or have taken the turn.
      const isOver = step.challenge.state !== "RUNNING" || turnsOf(step.challenge, player) !== admitted;
      if (!isOver) refuse(await takeTurn(step, player, true));
    });
    return { response: {} };
  },
});

/** The challenge if it runs by the clock and the player plays it; its stored state may be older than its start time. */
async function running({ documents, player, clock }: PlayerContext, id: string): Promise<ChallengeDocument> {
  const challenge = { ...(await challengeOf(documents, player, id)) };
  const now = clock.now();
  if (dueState(challenge, now) === "RUNNING") begin(challenge, now);
  const runs = challenge.state === "RUNNING" && dueState(challenge, now) === undefined;
  if (!runs || !challenge.accepted.includes(player))
    throw invalid("The challenge does not run, or not for the player.");
  return challenge;
}

function isConsumer(game: Game, { challengeShortCode }: ChallengeDocument, eventKey: string): boolean {
  return game.challengeTypes.get(challengeShortCode)?.attemptConsumers.includes(eventKey) === true;
}

function refuse(why: ReturnType<typeof whyNoTurn>): void {
  if (why !== undefined) throw new RequestError(why === "INVALID" ? notInvolved : ofId[why]);
}
