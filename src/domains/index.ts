import type { Domain } from "../kernel/domain.ts";
import type { MessageDefinition } from "../kernel/message.ts";
import type { Call } from "../kernel/scripts/call.ts";
import { accountsDomain } from "./accounts/index.ts";
import { adminsDomain } from "./admins/index.ts";
import { auditDomain } from "./audit/index.ts";
import { challengesDomain } from "./challenges/index.ts";
import { connectingDomain } from "./connecting/index.ts";
import { dataDomain } from "./data/index.ts";
import { filesDomain } from "./files/index.ts";
import { messagesDomain } from "./messages/index.ts";
import { publishingDomain } from "./publishing/index.ts";
import { schedulesDomain } from "./schedules/index.ts";
import { scriptCacheDomain } from "./script-cache/index.ts";
import { scriptLogDomain } from "./script-log/index.ts";
import { socialDomain } from "./social/index.ts";
import { systemScriptsDomain } from "./system-scripts/index.ts";

/** All domains. They close in reverse order, so a domain comes before those that hand it work at shutdown. */
export const domains = [
  scriptLogDomain,
  auditDomain,
  socialDomain,
  accountsDomain,
  adminsDomain,
  publishingDomain,
  connectingDomain,
  messagesDomain,
  dataDomain,
  scriptCacheDomain,
  filesDomain,
  schedulesDomain,
  systemScriptsDomain,
  challengesDomain,
] as const satisfies readonly Domain[];

/** All message classes, by name without the dot. */
export const messages: ReadonlyMap<string, MessageDefinition> = new Map(
  domains.flatMap((domain) => domain.messages.map((message) => [message.name, message])),
);

export const domainCalls: readonly Readonly<Record<string, Call>>[] = domains.map(({ calls }) => calls);
