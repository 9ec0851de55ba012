import { signal } from "@preact/signals";
import { jsonText } from "../ui/json.tsx";
import type { Frame } from "./frame.ts";
import { masked } from "./masked.ts";

export type EntryKind = "request" | "response" | "message" | "error" | "note";

export interface Entry {
  number: number;
  /** Milliseconds since 1970. */
  at: number;
  clientNumber: number;
  clientName: string;
  kind: EntryKind;
  /** The class without its dot, or the note. */
  title: string;
  /** As sent; what is shown has no secrets. */
  frame: Frame | Frame[] | undefined;
  requestName?: string;
  /** Of the request, where it logs an event. */
  eventKey?: string;
  tookMs?: number;
}

/** Older entries are dropped. */
export const MAX_ENTRIES = 10_000;
/** Dropping one by one would copy the list for each frame. */
const SPARE = 500;

let all: Entry[] = [];
let count = 0;
let isAnnounced = false;
let lastResponse = 0;
/** Changes at most once per animation frame, however many entries arrive. */
export const logVersion = signal(0);

export function addEntry(entry: Omit<Entry, "number">): Entry {
  const added = { ...entry, number: ++count };
  all.push(added);
  if (added.tookMs !== undefined) lastResponse = added.number;
  if (all.length > MAX_ENTRIES + SPARE) all = all.slice(-MAX_ENTRIES);
  announce();
  return added;
}

function announce(): void {
  if (isAnnounced) return;
  isAnnounced = true;
  // A hidden page has no animation frames.
  const schedule = document.hidden ? (run: () => void) => setTimeout(run, 100) : requestAnimationFrame;
  schedule(() => {
    isAnnounced = false;
    logVersion.value++;
  });
}

export function entries(): readonly Entry[] {
  return all;
}

/** Number of the newest response; 0 if there is none. */
export function newestResponse(): number {
  return lastResponse;
}

export function clearLog(): void {
  all = [];
  announce();
}

const texts = new WeakMap<Entry, string>();

/** The frame as indented JSON, without secrets. */
export function textOf(entry: Entry): string {
  let text = texts.get(entry);
  if (text === undefined) {
    text = entry.frame === undefined ? "" : jsonText(masked(entry.frame));
    texts.set(entry, text);
  }
  return text;
}
