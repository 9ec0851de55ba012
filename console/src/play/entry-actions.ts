import { go } from "../state/router.ts";
import { catalogue, may, stage } from "../state/session.ts";
import { clientAt } from "./clients.ts";
import type { Frame } from "./frame.ts";
import { type Entry, entries, textOf } from "./log.ts";
import { masked } from "./masked.ts";

/** Scripts that run for the request of this entry, such as `request/SocialDisconnectRequest`. */
export function scriptsOf(entry: Entry): string[] {
  const name = entry.requestName;
  if (name === undefined || !may("scripts read")) return [];
  const scripts = catalogue.value?.requests.find((request) => request.name === name)?.scripts ?? [];
  const event = catalogue.value?.events.find(({ shortCode, hasScript }) => hasScript && shortCode === entry.eventKey);
  return event ? [...scripts, `event/${event.shortCode}`] : scripts;
}

/** The scripts of a request by its name; those that answer it first. */
export function openScriptOf(name: string): void {
  const scripts = catalogue.value?.requests.find((request) => request.name === name)?.scripts ?? [];
  const script = scripts.find((one) => one.startsWith("response/")) ?? scripts[0];
  if (script) go("scripts", ...script.split("/"));
}

/** `t`: the script of the newest request that has one. */
export function openInspectorScript(): void {
  const entry = entries().findLast((one) => scriptsOf(one).length > 0);
  const script = entry && scriptsOf(entry).at(-1);
  if (script) go("scripts", ...script.split("/"));
}

export function copyOfFrame(entry: Entry): string {
  return textOf(entry);
}

const PLACEHOLDER = "AUTH_TOKEN";

/** The same request over HTTP. The secret and the player's token are for the reader to fill in. */
export function curlOf(entry: Entry): string {
  const { "@class": _, requestId: __, ...fields } = (masked(entry.frame) ?? {}) as Frame;
  const client = clientAt(entry.clientNumber);
  const credential = client?.options.credential.name ?? "device";
  const request = catalogue.value?.requests.find(({ name }) => name === entry.title);
  const needsPlayer = request?.caller === "player";
  const body = JSON.stringify(needsPlayer ? { authToken: PLACEHOLDER, ...fields } : fields);
  const url = `${location.origin}/${stage.value}/rs/${credential}/SECRET/${entry.title}`;
  const fillIn = needsPlayer ? ` and ${PLACEHOLDER}, from the response to an authentication request` : "";
  return [
    `# Replace SECRET, which is the secret of the credential ${credential}${fillIn}.`,
    `curl '${url}' -d ${shellQuoted(body)}`,
  ].join("\n");
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
