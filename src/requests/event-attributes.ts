import { catalogue, field, RequestError } from "../errors.ts";
import type { EventAttribute, GameEvent } from "../game/events.ts";
import type { Game } from "../game/game.ts";
import { nearest } from "../near-miss.ts";

const { ATTRIBUTE: ofAttributes } = catalogue({
  ATTRIBUTE: {
    REQUIRED: ["The attribute, by its short code, was not sent and has no default value.", "Send it."],
    INVALID: ["The attribute, by its short code, is not of the type that the event has for it.", "Send that type."],
  },
});

/** Of `attributesOf` and `unknownEvent`. */
export const eventRefusals = [
  field("eventKey", "UNKNOWN", "The game has no event of that short code, and no script for one.", "Check it."),
  ...Object.values(ofAttributes).map((refusal) => ({ ...refusal, keys: /^/ })),
];

/**
 * The attributes of an event as its script sees them: what was sent, else the default value. Numbers sent as text become
 * numbers, and numbers and booleans sent for a text become text, as GameSparks did.
 * Refuses with `eventRefusals`, all that apply at once.
 * @param now milliseconds since 1970; the value of `${now}` in a default value
 */
export function attributesOf(event: GameEvent, request: Record<string, unknown>, now: number): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const refused: Record<string, "REQUIRED" | "INVALID"> = {};
  for (const attribute of event.attributes) {
    const { shortCode, defaultValue } = attribute;
    const sent = Object.hasOwn(request, shortCode) ? request[shortCode] : undefined;
    if (!isMissing(attribute, sent)) {
      const value = converted(attribute, sent);
      if (value === undefined) refused[shortCode] = "INVALID";
      else values[shortCode] = value;
    } else if (defaultValue) values[shortCode] = defaultValue.at(now);
    else refused[shortCode] = "REQUIRED";
  }
  const refusals = Object.entries(refused).map(([key, value]) => ({ ...ofAttributes[value], key }));
  if (refusals.length > 0) throw new RequestError(refusals, { detail: detailOf(event, refused) });
  return values;
}

/** The game has no such event; the detail names one with a similar name, if there is one. */
export function unknownEvent(eventKey: string, { events }: Pick<Game, "events">): RequestError {
  const near = nearest(eventKey, [...events.keys()]);
  const hint = near ? ` Did you mean ${near}?` : "";
  return new RequestError(field("eventKey", "UNKNOWN"), { detail: `The game has no such event.${hint}` });
}

/** Null counts as not sent, and so does an empty text for a number. */
function isMissing({ type }: EventAttribute, sent: unknown): boolean {
  return sent === undefined || sent === null || (type === "number" && sent === "");
}

/** Undefined: it has another type. */
function converted({ type }: EventAttribute, sent: unknown): unknown {
  if (type === "json") return sent;
  if (type === "string") {
    if (typeof sent === "string") return sent;
    return typeof sent === "number" || typeof sent === "boolean" ? String(sent) : undefined;
  }
  const value = typeof sent === "string" && sent.trim() !== "" ? Number(sent) : sent;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function detailOf(event: GameEvent, refused: Record<string, string>): string {
  const parts = event.attributes
    .filter(({ shortCode }) => Object.hasOwn(refused, shortCode))
    .map(({ shortCode, type }) =>
      refused[shortCode] === "REQUIRED" ? `${shortCode} is required` : `${shortCode} must be a ${type}`,
    );
  return `Event ${event.shortCode}: ${parts.join("; ")}.`;
}
