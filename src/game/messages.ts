import type { MessageItem } from "./document.ts";
import type { MessageConfig } from "./game.ts";

/** Reads the message classes, by the end of the `@id` or else the `name`. Others are reported in `problems`. */
export function messagesOf(
  items: readonly MessageItem[],
  file: string,
  problems: string[],
): ReadonlyMap<string, MessageConfig> {
  const messages = new Map<string, MessageConfig>();
  for (const [at, item] of items.entries()) {
    const name = item["@id"]?.split("/").at(-1) || item.name;
    if (!name) problems.push(`${file}: ~messages[${at}] has no name; it is ignored.`);
    else if (messages.has(name))
      problems.push(`${file}: ~messages[${at}] is a duplicate of "${name}"; the first is used.`);
    else messages.set(name, configOf(name, item));
  }
  return messages;
}

function configOf(name: string, item: MessageItem): MessageConfig {
  return {
    name,
    expireAfterHours: item.expireAfterHours == null ? undefined : Math.max(0, item.expireAfterHours),
    sendViaSocket: item.sendViaSocket ?? true,
    sendAsPush: item.sendAsPush ?? true,
    title: item.messageTitle || undefined,
    subTitle: item.messageSubTitle || undefined,
    summary: item.messageTemplate || undefined,
  };
}
