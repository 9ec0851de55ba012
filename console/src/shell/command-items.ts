import { operation } from "../api/client.ts";
import type { PlayerRow } from "../api/types.ts";
import { availablePages } from "../pages.ts";
import { chooseEvent, chooseRequest } from "../play/draft.ts";
import { go } from "../state/router.ts";
import { catalogue, may, stage } from "../state/session.ts";
import { rank } from "../ui/match.ts";

export interface CommandItem {
  id: string;
  kind: "page" | "request" | "event" | "script" | "player";
  title: string;
  about: string;
  run(): void;
}

const MAX_SHOWN = 40;

/** Pages, requests, events and scripts, which the page knows already. */
export function localItems(text: string): CommandItem[] {
  return rank(all(), text, ({ title, about }) => `${title} ${about}`).slice(0, MAX_SHOWN);
}

function all(): CommandItem[] {
  const { requests = [], events = [] } = catalogue.value ?? {};
  const scripts = new Set([
    ...requests.flatMap((request) => request.scripts),
    ...events.filter(({ hasScript }) => hasScript).map(({ shortCode }) => `event/${shortCode}`),
  ]);
  return [
    ...availablePages().map(
      ({ name, title, about }): CommandItem => ({
        ...{ id: `page ${name}`, kind: "page", title, about },
        run: () => go(name),
      }),
    ),
    ...events.map(
      ({ shortCode, name }): CommandItem => ({
        ...{ id: `event ${shortCode}`, kind: "event", title: shortCode, about: name },
        run: () => {
          chooseEvent(shortCode);
          go("play");
        },
      }),
    ),
    ...requests.map(
      ({ name, description }): CommandItem => ({
        ...{ id: `request ${name}`, kind: "request", title: name, about: description },
        run: () => {
          chooseRequest(name);
          go("play");
        },
      }),
    ),
    ...(may("scripts list") ? [...scripts] : []).map(
      (script): CommandItem => ({
        ...{ id: `script ${script}`, kind: "script", title: script, about: "Cloud Code" },
        run: () => go("scripts", ...script.split("/")),
      }),
    ),
  ];
}

/** Players by id, name or external id, which only the server knows. */
export async function playerItems(text: string): Promise<CommandItem[]> {
  if (text.trim().length < 2 || !may("players search")) return [];
  const rows = await operation<PlayerRow[]>("players search", stage.value, { text: text.trim(), limit: 8 });
  return rows.map(({ id, userName, displayName, by }) => ({
    ...{ id: `player ${id}`, kind: "player", title: displayName ?? userName, about: `${id} · by ${by}` },
    run: () => go("players", id),
  }));
}
