import type { FunctionComponent } from "preact";
import { PlayPage } from "./play/play-page.tsx";
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
];

export function availablePages(): Page[] {
  return pages.filter((page) => page.isAvailable());
}
