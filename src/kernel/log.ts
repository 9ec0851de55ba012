import { type DestinationStream, type Logger, pino } from "pino";
import type { Config } from "../config.ts";
import { LogTail } from "./log-tail.ts";

export type { TailLine } from "./log-tail.ts";

export type Log = Logger;

/** Members that are redacted in case an object that has them is logged by mistake. */
const SECRETS = [
  "authToken",
  "password",
  "oldPassword",
  "newPassword",
  "hmac",
  "secret",
  "accessToken",
  "refreshToken",
  "token",
  "tokenKeys",
];

const tails = new WeakMap<Log, LogTail>();

/** The most recent lines are kept in memory too (`tailOf`). */
export function createLog(config: Config, destination: DestinationStream = pino.destination(1)): Log {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`]);
  const options = { level: config.logLevel, base: null, redact: { paths, censor: "[secret]" } };
  const tail = new LogTail();
  const log = pino(options, {
    write(line) {
      destination.write(line);
      tail.add(line);
    },
  });
  tails.set(log, tail);
  return log;
}

/** The recent lines of a log; empty for one that `createLog` did not make. */
export function tailOf(log: Log): LogTail {
  let tail = tails.get(log);
  if (!tail) {
    tail = new LogTail();
    tails.set(log, tail);
  }
  return tail;
}
