import { domainCalls } from "../../domains/index.ts";
import type { Call } from "../../kernel/scripts/call.ts";
import { collectionCalls } from "./collections.ts";
import { configCalls } from "./config.ts";
import { digestCalls } from "./digest.ts";
import { flushCalls } from "./flush.ts";
import { httpCalls } from "./http.ts";
import { lockCalls } from "./locks.ts";
import { mailCalls } from "./mail.ts";
import { playerCalls } from "./players.ts";
import { redisCalls } from "./redis.ts";
import { requestCalls } from "./requests.ts";
import { xmlCalls } from "./xml.ts";

/** Every call that scripts can make to the server. */
export const calls: ReadonlyMap<string, Call> = new Map(
  [
    ...domainCalls,
    collectionCalls,
    configCalls,
    digestCalls,
    flushCalls,
    httpCalls,
    lockCalls,
    mailCalls,
    playerCalls,
    redisCalls,
    requestCalls,
    xmlCalls,
  ].flatMap((group) => Object.entries(group)),
);
