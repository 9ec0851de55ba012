import { cacheCalls } from "./cache.ts";
import type { Call } from "./call.ts";
import { challengeCalls } from "./challenges.ts";
import { collectionCalls } from "./collections.ts";
import { configCalls } from "./config.ts";
import { dataCalls } from "./data.ts";
import { digestCalls } from "./digest.ts";
import { fileCalls } from "./files.ts";
import { flushCalls } from "./flush.ts";
import { httpCalls } from "./http.ts";
import { lockCalls } from "./locks.ts";
import { logCalls } from "./log.ts";
import { mailCalls } from "./mail.ts";
import { messageCalls } from "./messages.ts";
import { playerCalls } from "./players.ts";
import { redisCalls } from "./redis.ts";
import { requestCalls } from "./requests.ts";
import { scheduleCalls } from "./schedules.ts";
import { xmlCalls } from "./xml.ts";

/** Every call that a script can make to the server; there are no others. */
export const calls: ReadonlyMap<string, Call> = new Map(
  [
    cacheCalls,
    challengeCalls,
    collectionCalls,
    configCalls,
    dataCalls,
    digestCalls,
    fileCalls,
    flushCalls,
    httpCalls,
    lockCalls,
    logCalls,
    mailCalls,
    messageCalls,
    playerCalls,
    redisCalls,
    requestCalls,
    scheduleCalls,
    xmlCalls,
  ].flatMap((group) => Object.entries(group)),
);
