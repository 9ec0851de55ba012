import type { ReplyKind } from "../redis-commands.ts";
import type { RedisArguments } from "./redis-arguments.ts";

/** Converts Redis' reply for scripts. Missing values are null. */
export function redisResult(kind: ReplyKind, reply: unknown, given: RedisArguments): unknown {
  switch (kind) {
    case "number":
      return numberOf(reply);
    case "flag":
      return reply === 1;
    case "text":
      return reply ?? null;
    case "texts":
      return reply ?? [];
    case "hash":
      return hashOf(listOf(reply));
    case "scores":
      return pairsOf(listOf(reply)).map(([member, score]) => ({ [String(member)]: Number(score) }));
    case "places":
      return listOf(reply).map(placeOf);
    case "found":
      return foundOf(listOf(reply), given);
    default:
      return reply ?? null;
  }
}

function numberOf(reply: unknown): number | null {
  return reply === null || reply === undefined ? null : Number(reply);
}

function listOf(reply: unknown): unknown[] {
  return Array.isArray(reply) ? reply : [];
}

function pairsOf(list: readonly unknown[]): [unknown, unknown][] {
  return Array.from({ length: list.length / 2 }, (_, at) => [list[at * 2], list[at * 2 + 1]]);
}

function hashOf(list: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(pairsOf(list).filter(([field]) => field !== "__proto__"));
}

function placeOf(place: unknown): { longitude: number; latitude: number } | null {
  return Array.isArray(place) ? { longitude: Number(place[0]), latitude: Number(place[1]) } : null;
}

/** A row is the member, or an array of it and the requested details, distance first. */
function foundOf(rows: readonly unknown[], { byName }: RedisArguments): unknown[] {
  const options = byName.get("params") ?? [];
  const hasDistance = options.includes("WITHDIST");
  const hasPlace = options.includes("WITHCOORD");
  return rows.map((row) => {
    const [member, ...more] = Array.isArray(row) ? row : [row];
    return {
      member,
      distance: hasDistance ? Number(more[0]) : null,
      coordinate: hasPlace ? placeOf(more.at(-1)) : null,
    };
  });
}
