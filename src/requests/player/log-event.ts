import { Type } from "@sinclair/typebox";
import { defineRequest } from "../definition.ts";
import { attributesOf, eventRefusals, unknownEvent } from "../event-attributes.ts";
import { text } from "../fields.ts";

/**
 * Source: GameSparks documentation, LogEventRequest and Events. An event with a script but no configuration takes
 * whatever is sent, so that a new game can start with its scripts.
 */
export const logEvent = defineRequest({
  name: "LogEventRequest",
  responseName: "LogEventResponse",
  category: "player",
  description:
    "Logs an event of the game. Each attribute is a member of the request, under its short code. The event's script runs after the request's script.",
  caller: "player",
  work: "read",
  fields: Type.Object({
    eventKey: text("The event's short code."),
  }),
  response: Type.Object({}),
  errors: eventRefusals,
  examples: [
    {
      title: "A score",
      request: { "@class": ".LogEventRequest", eventKey: "SCORE", POINTS: 120 },
      response: { "@class": ".LogEventResponse" },
    },
  ],
  complete({ game, clock, hasEventScript }, request, sent) {
    const { eventKey } = request;
    const event = game.events.get(eventKey);
    if (event) return { ...request, ...attributesOf(event, sent, clock.now()) };
    if (hasEventScript(eventKey)) return request;
    throw unknownEvent(eventKey, game);
  },
  boundScript: ({ eventKey }) => ({ kind: "event", name: eventKey }),
  async handle() {
    return { response: {} };
  },
});
