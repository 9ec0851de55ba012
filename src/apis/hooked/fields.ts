import { type TSchema, Type } from "@sinclair/typebox";
import { invalid } from "../problem.ts";
import type { Reply } from "../route.ts";

/** Ids have no pattern: one of another form is unknown, which is 404. */
const id = (description: string) => Type.String({ maxLength: 200, description });
export const integrationId = id("int_, the platform, and 32 hex digits.");
export const scheduleId = id("post_ and 20 letters and digits.");
export const videoId = id("vid_ and 20 lower-case letters and digits.");

export const limit = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 50,
    wanted: "a whole number from 1 to 100",
    description: "Items.",
  }),
);
export const offset = Type.Optional(
  Type.Integer({
    ...{ minimum: 0, maximum: 100_000, default: 0, wanted: "a whole number from 0 to 100000" },
    description: "How many items to leave out.",
  }),
);
export const counted = {
  total: Type.Integer({ description: "Items without limit and offset." }),
  limit: Type.Integer(),
  offset: Type.Integer(),
};

/** Lists are of at most `limit` items after the first `offset`. */
export const pageOf = ({ limit = 50, offset = 0 }: { limit?: number; offset?: number }) => ({ limit, offset });

export { nullable, time } from "../fields.ts";

export const scheduledDateTime = Type.String({
  pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:\\d{2})$",
  wanted: "ISO 8601 with Z or an offset, such as 2026-12-24T18:00:00Z",
  description: "When it is to be published: in the future, with Z or an offset.",
});

/** In milliseconds since 1970. @throws ProblemError if it is not in the future, or the calendar does not have it */
export function futureOf(text: string, now: number): number {
  const at = Date.parse(text);
  const zone = /(?:Z|([+-])(\d{2}):(\d{2}))$/.exec(text)!;
  const shiftMs = (zone[1] === "-" ? -1 : 1) * (Number(zone[2] ?? 0) * 60 + Number(zone[3] ?? 0)) * 60_000;
  const isReal = !Number.isNaN(at) && new Date(at + shiftMs).toISOString().startsWith(text.slice(0, 16));
  if (!isReal) throw invalid("body", "scheduledDateTime", "Must be an instant that exists.");
  if (at <= now) throw invalid("body", "scheduledDateTime", "Must be in the future.");
  return at;
}

/** The body of a success. */
export const success = <S extends TSchema>(data: S) =>
  Type.Object({
    success: Type.Literal(true, { description: "A refusal does not have it." }),
    message: Type.Optional(Type.String({ description: "For people." })),
    data,
  });

export function succeed<T>(data: T, message?: string): Reply<{ success: true; message?: string; data: T }> {
  return { body: { success: true, ...(message !== undefined && { message }), data } };
}
