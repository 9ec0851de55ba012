import type { FunctionComponent } from "preact";
import { lazy } from "./lazy.tsx";
import { PlayPage } from "./play/play-page.tsx";
import { may, started } from "./state/session.ts";
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
    // Signing handshakes needs the role support.
    isAvailable: () => started.value?.session.role !== "read",
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
    name: "data",
    title: "Data",
    icon: "data",
    about: "find documents of collections",
    isAvailable: () => may("collections find"),
    component: lazy(() => import("./data/data-page.tsx"), "DataPage"),
  },
  {
    name: "accounts",
    title: "Accounts",
    icon: "accounts",
    about: "social accounts and their state",
    isAvailable: () => may("accounts list"),
    component: lazy(() => import("./accounts/accounts-page.tsx"), "AccountsPage"),
  },
  {
    name: "posts",
    title: "Posts",
    icon: "posts",
    about: "posts to social networks",
    isAvailable: () => may("posts list"),
    component: lazy(() => import("./accounts/posts-page.tsx"), "PostsPage"),
  },
  {
    name: "config",
    title: "Config",
    icon: "config",
    about: "the game's configuration",
    isAvailable: () => may("configuration show"),
    component: lazy(() => import("./config/config-page.tsx"), "ConfigPage"),
  },
  {
    name: "logs",
    title: "Logs",
    icon: "logs",
    about: "follow the server's log",
    isAvailable: () => may("log tail"),
    component: lazy(() => import("./logs/logs-page.tsx"), "LogsPage"),
  },
  {
    name: "metrics",
    title: "Metrics",
    icon: "metrics",
    about: "plots of the running server",
    isAvailable: () => may("metrics show"),
    component: lazy(() => import("./metrics/metrics-page.tsx"), "MetricsPage"),
  },
  {
    name: "admin",
    title: "Admin",
    icon: "admin",
    about: "keys, audit, admins",
    isAvailable: () => may("audit") || may("keys list"),
    component: lazy(() => import("./admin/admin-page.tsx"), "AdminPage"),
  },
];

export function availablePages(): Page[] {
  return pages.filter((page) => page.isAvailable());
}
