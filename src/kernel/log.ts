import { type DestinationStream, type Logger, pino } from "pino";
import type { Config } from "../config.ts";

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

export function createLog(config: Config, destination?: DestinationStream): Log {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`]);
  const options = { level: config.logLevel, base: null, redact: { paths, censor: "[secret]" } };
  return destination ? pino(options, destination) : pino(options);
}
