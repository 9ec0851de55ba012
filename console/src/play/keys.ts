import { openInspectorScript } from "./entry-actions.ts";
import { toggleRecording } from "./scenario-state.ts";
import { recallSent, sendDraft } from "./sending.ts";

/**
 * ⏎ sends and ⇧⏎ sends as the other client, from any field of the form; in a text area with Ctrl or ⌘. ↑ and ↓ recall what
 * was sent. `/` focuses the request field, `r` records, `t` opens the script of the last request.
 */
export function onPlayKey(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.defaultPrevented || target.closest("dialog")) return;
  const isTextArea = target instanceof HTMLTextAreaElement;
  const isTyping = isTextArea || target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  const hasModifier = event.ctrlKey || event.metaKey;
  const isInForm = target.closest(".composer") !== null || target === document.body || target.id === "main";

  if (event.key === "Enter" && isInForm && (isTextArea ? hasModifier : !(target instanceof HTMLButtonElement))) {
    event.preventDefault();
    void sendDraft({ asOther: event.shiftKey });
  } else if (
    (event.key === "ArrowUp" || event.key === "ArrowDown") &&
    isInForm &&
    !isTextArea &&
    !(target instanceof HTMLSelectElement)
  ) {
    event.preventDefault();
    recallSent(event.key === "ArrowUp" ? -1 : 1);
  } else if (!isTyping && !hasModifier && !event.altKey) {
    const run = { "/": focusChooser, r: toggleRecording, t: openInspectorScript }[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  }
}

function focusChooser(): void {
  document.getElementById("request")?.focus();
}
