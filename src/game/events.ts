import { DefaultValue, DefaultValueError } from "./default-value.ts";
import type { EventItem } from "./document.ts";

/** An event that clients can log and a script can handle. */
export interface GameEvent {
  shortCode: string;
  name: string;
  attributes: readonly EventAttribute[];
}

export interface EventAttribute {
  shortCode: string;
  type: "number" | "string" | "json";
  /** How running totals aggregate it, such as MAX or GROUP; SCRIPT: not at all. */
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

/** Reads the events, by short code. Unusable events, attributes and default values are reported in `problems`. */
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
      problems.push(`${file}: ~events[${at}] is a duplicate of "${shortCode}"; the first is used.`);
    else events.set(shortCode, eventOf(shortCode, item, `${file}: event "${shortCode}"`, problems));
  }
  return events;
}

function eventOf(shortCode: string, item: EventItem, place: string, problems: string[]): GameEvent {
  const attributes = new Map<string, EventAttribute>();
  for (const [at, attribute] of (item["~attributes"] ?? []).entries()) {
    const code = attribute.shortCode || attribute["@id"]?.split("/").at(-1);
    if (!code) {
      problems.push(`${place}: ~attributes[${at}] has no shortCode; it is ignored.`);
      continue;
    }
    if (attributes.has(code)) {
      problems.push(`${place}: ~attributes[${at}] is a duplicate of "${code}"; the first is used.`);
      continue;
    }
    const type = TYPES[(attribute.dataType ?? "string").toLowerCase()];
    if (!type) problems.push(`${place}: attribute "${code}" has an unknown type and is treated as a string.`);
    attributes.set(code, {
      shortCode: code,
      type: type ?? "string",
      aggregation: attribute.defaultAggregationType ?? "SCRIPT",
      defaultValue: defaultOf(attribute.defaultValue, type ?? "string", `${place}: attribute "${code}"`, problems),
    });
  }
  return { shortCode, name: item.name ?? shortCode, attributes: [...attributes.values()] };
}

/** Exports have null or "" for "no default value". */
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
