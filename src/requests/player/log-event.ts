import { Type } from "@sinclair/typebox";
import { defineRequest } from "../definition.ts";
import { attributesOf, unknownEvent } from "../event-attributes.ts";
import { text } from "../fields.ts";

/**
 * Source: GameSparks documentation, LogEventRequest and Events. An event that has a script but no configuration takes
 * whatever is sent, so that a new game may begin with its scripts.
 */
export const logEvent = defineRequest({
  name: "LogEventRequest",
  responseName: "LogEventResponse",
  category: "player",
  description:
    "Logs an event of the game: each attribute is a member of the request, under its short code. The event's script runs after that of the request.",
  caller: "player",
  work: "read",
  fields: Type.Object({
    eventKey: text("The event's short code."),
  }),
  response: Type.Object({}),
  errors: [
    { key: "eventKey", value: "UNKNOWN", message: "The game has no event and no event script of that short code." },
    {
      key: "ATTRIBUTE",
      value: "REQUIRED",
      message: "The attribute, by its short code, was not sent and has no default value; send it.",
    },
    {
      key: "ATTRIBUTE",
      value: "INVALID",
      message: "The attribute, by its short code, is not of the type that the event has for it.",
    },
  ],
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
