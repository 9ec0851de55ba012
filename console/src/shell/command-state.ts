import { signal } from "@preact/signals";

export const isCommandOpen = signal(false);

export function openCommand(): void {
  isCommandOpen.value = true;
}

addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  event.preventDefault();
  isCommandOpen.value = !isCommandOpen.value;
});
