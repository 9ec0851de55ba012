import { signal } from "@preact/signals";
import { recording } from "./scenarios.ts";

/** The recording has ended and asks for its name. */
export const isNaming = signal(false);

export function toggleRecording(): void {
  if (recording.value === undefined) recording.value = [];
  else if (recording.value.length === 0) recording.value = undefined;
  else isNaming.value = true;
}
