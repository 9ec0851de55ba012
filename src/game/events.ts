import { DefaultValue, DefaultValueError } from "./default-value.ts";
import type { EventItem } from "./document.ts";

/** An event of the game: what a client logs, and a script may be bound to. */
export interface GameEvent {
  shortCode: string;
  name: string;
  attributes: readonly EventAttribute[];
}

export interface EventAttribute {
  shortCode: string;
  type: "number" | "string" | "json";
  /** How running totals take it, such as MAX or GROUP; SCRIPT: not at all. */
  aggregation: string;
  /** Undefined: the attribute must be sent. */
  defaultValue: DefaultValue | undefined;
}

const TYPES: Readonly<Record<string, EventAttribute["type"]>> = {
  int: "number",
  number: "number",
  string: "string",
  json: "json",
};

/**
 * The events of a configuration by short code. One without a short code is left out, as are attributes without one and
 * default values that cannot be understood; `problems` tells.
 */
export function eventsOf(
  items: readonly EventItem[],
  file: string,
  problems: string[],
): ReadonlyMap<string, GameEvent> {
  const events = new Map<string, GameEvent>();
  for (const [at, item] of items.entries()) {
    const shortCode = item.shortCode || item["@id"]?.split("/").at(-1);
    if (!shortCode) problems.push(`${file}: ~events[${at}] has no shortCode; it cannot be logged.`);
    else if (events.has(shortCode))
      problems.push(`${file}: ~events[${at}] is a second "${shortCode}"; the first counts.`);
    else events.set(shortCode, eventOf(shortCode, item, `${file}: event "${shortCode}"`, problems));
  }
  return events;
}

function eventOf(shortCode: string, item: EventItem, place: string, problems: string[]): GameEvent {
  const attributes = new Map<string, EventAttribute>();
  for (const [at, attribute] of (item["~attributes"] ?? []).entries()) {
    const code = attribute.shortCode || attribute["@id"]?.split("/").at(-1);
    if (!code) {
      problems.push(`${place}: ~attributes[${at}] has no shortCode; it is not looked at.`);
      continue;
    }
    if (attributes.has(code)) {
      problems.push(`${place}: ~attributes[${at}] is a second "${code}"; the first counts.`);
      continue;
    }
    const type = TYPES[(attribute.dataType ?? "string").toLowerCase()];
    if (!type) problems.push(`${place}: attribute "${code}" is of no known type, so it is taken for text.`);
    attributes.set(code, {
      shortCode: code,
      type: type ?? "string",
      aggregation: attribute.defaultAggregationType ?? "SCRIPT",
      defaultValue: defaultOf(attribute.defaultValue, type ?? "string", `${place}: attribute "${code}"`, problems),
    });
  }
  return { shortCode, name: item.name ?? shortCode, attributes: [...attributes.values()] };
}

/** An empty text is no default value: an export has null or "" where none was entered. */
function defaultOf(
  value: unknown,
  type: EventAttribute["type"],
  place: string,
  problems: string[],
): DefaultValue | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  try {
    return new DefaultValue(typeof value === "string" ? value : JSON.stringify(value), type);
  } catch (error) {
    if (!(error instanceof DefaultValueError)) throw error;
    problems.push(`${place}: its default value ${error.message}; the attribute must be sent.`);
    return undefined;
  }
}
