import type { Domain } from "../kernel/domain.ts";
import type { MessageDefinition } from "../kernel/message.ts";
import type { Call } from "../kernel/scripts/call.ts";
import { accountsDomain } from "./accounts/index.ts";
import { challengesDomain } from "./challenges/index.ts";
import { dataDomain } from "./data/index.ts";
import { filesDomain } from "./files/index.ts";
import { messagesDomain } from "./messages/index.ts";
import { schedulesDomain } from "./schedules/index.ts";
import { scriptCacheDomain } from "./script-cache/index.ts";
import { scriptLogDomain } from "./script-log/index.ts";
import { systemScriptsDomain } from "./system-scripts/index.ts";

/** Every domain of the server. One that others hand work to when the server stops stands before them. */
export const domains = [
  scriptLogDomain,
  accountsDomain,
  messagesDomain,
  dataDomain,
  scriptCacheDomain,
  filesDomain,
  schedulesDomain,
  systemScriptsDomain,
  challengesDomain,
] as const satisfies readonly Domain[];

/** Every class of messages that the server sends, by its name without the dot. */
export const messages: ReadonlyMap<string, MessageDefinition> = new Map(
  domains.flatMap((domain) => domain.messages.map((message) => [message.name, message])),
);

/** The calls of domains that scripts can make. */
export const domainCalls: readonly Readonly<Record<string, Call>>[] = domains.map(({ calls }) => calls);
