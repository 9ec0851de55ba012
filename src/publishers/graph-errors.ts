import { type Static, Type } from "@sinclair/typebox";
import type { NetworkReply } from "./calls.ts";
import { jsonOf, retryAfterMs } from "./calls.ts";
import type { RefusalKind } from "./publisher.ts";

/** The error envelope of Meta's Graph API, which Facebook, Instagram and Threads share. */
export const GraphErrorReply = Type.Object({
  error: Type.Object({
    message: Type.Optional(Type.String()),
    code: Type.Optional(Type.Number()),
    error_subcode: Type.Optional(Type.Number()),
    error_user_msg: Type.Optional(Type.String()),
    is_transient: Type.Optional(Type.Boolean()),
  }),
});
export type GraphError = Static<typeof GraphErrorReply>["error"];

/** What an error means. "temporary": it may have been done all the same. "notReady": it was not done, and can be soon. */
export type GraphMeaning = RefusalKind | "temporary" | "notReady";

/** Documented for Instagram; those of Facebook (1…) are from Meta's error messages. */
const SUBCODES: Readonly<Record<number, GraphMeaning>> = {
  1363047: "temporary",
  1609010: "temporary",
  1366051: "DUPLICATE",
  1390008: "RATE",
  1346003: "CONTENT",
  1404102: "CONTENT",
  1404078: "PERMISSION",
  2207001: "temporary",
  2207032: "temporary",
  2207053: "temporary",
  2207003: "MEDIA",
  2207004: "MEDIA",
  2207005: "MEDIA",
  2207009: "MEDIA",
  2207023: "MEDIA",
  2207026: "MEDIA",
  2207052: "MEDIA",
  2207006: "notReady",
  2207008: "notReady",
  2207020: "notReady",
  2207027: "notReady",
  2207010: "CONTENT",
  2207028: "CONTENT",
  2207040: "CONTENT",
  2207057: "CONTENT",
  2207042: "RATE",
  2207050: "PERMISSION",
  4279009: "notReady",
  4279013: "PERMISSION",
};

const CODES: Readonly<Record<number, GraphMeaning>> = {
  [-2]: "temporary",
  [-1]: "temporary",
  1: "temporary",
  2: "temporary",
  3: "PERMISSION",
  4: "RATE",
  9: "RATE",
  10: "PERMISSION",
  17: "RATE",
  24: "notReady",
  25: "PERMISSION",
  32: "RATE",
  101: "NOT_CONFIGURED",
  102: "TOKEN",
  190: "TOKEN",
  324: "MEDIA",
  341: "RATE",
  352: "MEDIA",
  368: "CONTENT",
  506: "DUPLICATE",
  613: "RATE",
  803: "GONE",
  2500: "TOKEN",
  9004: "MEDIA",
  9007: "notReady",
  36000: "MEDIA",
  36001: "MEDIA",
  36003: "MEDIA",
  36004: "CONTENT",
};

/** "We restrict certain activity": sent also for posts that were published. */
export const RESTRICTED_SUBCODE = 2207051;

export function meaningOf({ code = 0, error_subcode = 0, is_transient }: GraphError): GraphMeaning {
  if (code === 100 && error_subcode === 33) return "GONE";
  if (error_subcode === RESTRICTED_SUBCODE) return "CONTENT";
  const known = SUBCODES[error_subcode] ?? CODES[code];
  if (known) return known;
  if (code >= 200 && code <= 299) return "PERMISSION";
  if (code >= 80_000 && code <= 80_014) return "RATE";
  return is_transient ? "temporary" : "CONTENT";
}

/** "190" or "4/2207051". */
export function graphCode({ code, error_subcode }: GraphError): string | undefined {
  if (code === undefined) return undefined;
  return error_subcode === undefined ? String(code) : `${code}/${error_subcode}`;
}

const Usage = Type.Record(
  Type.String(),
  Type.Array(Type.Object({ estimated_time_to_regain_access: Type.Optional(Type.Number()) })),
);

/** When a throttled app may call again: `retry-after`, or the longest time that Meta estimates, which is in minutes. */
export function regainAccessMs(reply: NetworkReply, now: number): number | undefined {
  const header = reply.headers.get("x-business-use-case-usage");
  const usage = header === null ? undefined : jsonOf({ ...reply, body: Buffer.from(header) }, Usage);
  const minutes = Object.values(usage ?? {}).flatMap((uses) =>
    uses.map(({ estimated_time_to_regain_access: estimate = 0 }) => estimate),
  );
  const longest = Math.max(0, ...minutes);
  return longest > 0 ? longest * 60_000 : retryAfterMs(reply, now);
}
