import type { MessageItem } from "./document.ts";
import type { MessageConfig } from "./game.ts";

/**
 * The message classes of a configuration by name. An item is named by the end of its `@id`, else by its `name`; one
 * without either is left out, which `problems` tells. Of two with one name the first counts.
 */
export function messagesOf(
  items: readonly MessageItem[],
  file: string,
  problems: string[],
): ReadonlyMap<string, MessageConfig> {
  const messages = new Map<string, MessageConfig>();
  for (const [at, item] of items.entries()) {
    const name = item["@id"]?.split("/").at(-1) || item.name;
    if (!name) problems.push(`${file}: ~messages[${at}] has no name; it sets nothing.`);
    else if (messages.has(name)) problems.push(`${file}: ~messages[${at}] is a second "${name}"; the first counts.`);
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
