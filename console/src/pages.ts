import type { FunctionComponent } from "preact";
import { lazy } from "./lazy.tsx";
import { PlayPage } from "./play/play-page.tsx";
import { may } from "./state/session.ts";
import type { IconName } from "./ui/icon.tsx";

export interface Page {
  /** First part of its place: `#/players`. */
  name: string;
  title: string;
  icon: IconName;
  /** A few words for the command field. */
  about: string;
  isAvailable(): boolean;
  component: FunctionComponent<{ place: string[] }>;
}

/** The rail, in its order. A page is absent if this admin may not call its operation. */
export const pages: readonly Page[] = [
  {
    name: "play",
    title: "Play",
    icon: "play",
    about: "send requests as players",
    isAvailable: () => true,
    component: PlayPage,
  },
  {
    name: "players",
    title: "Players",
    icon: "players",
    about: "find a player",
    isAvailable: () => may("players search"),
    component: lazy(() => import("./players/players-page.tsx"), "PlayersPage"),
  },
  {
    name: "scripts",
    title: "Scripts",
    icon: "scripts",
    about: "read and change Cloud Code",
    isAvailable: () => may("scripts list"),
    component: lazy(() => import("./scripts/scripts-page.tsx"), "ScriptsPage"),
  },
  {
    name: "logs",
    title: "Logs",
    icon: "logs",
    about: "follow the server's log",
    isAvailable: () => may("log tail"),
    component: lazy(() => import("./logs/logs-page.tsx"), "LogsPage"),
  },
];

export function availablePages(): Page[] {
  return pages.filter((page) => page.isAvailable());
}
