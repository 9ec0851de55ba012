import { signal } from "@preact/signals";
import { sentenceOf } from "../api/client.ts";
import { catalogue } from "../state/session.ts";
import { addClient, currentClient, otherClient } from "./clients.ts";
import { chosenRequest, draft, outcome, setDraft } from "./draft.ts";
import { outcomeOf } from "./errors.ts";
import type { Frame } from "./frame.ts";
import type { Answer, GameClient } from "./game-client.ts";
import { recordStep } from "./scenarios.ts";

export const sendProblem = signal("");
export const isSending = signal(false);

/** What was sent, newest last, for ↑. */
const history: string[] = [];
const MAX_HISTORY = 100;
let historyAt = 0;

/** Sends the draft as the current client, or as the other one; opens a client if there is none. */
export async function sendDraft({ asOther = false } = {}): Promise<Answer> {
  const { value } = draft.value;
  const client = (asOther ? otherClient() : undefined) ?? currentClient() ?? addClient();
  if (value === undefined || !client) return undefined;
  return sendAs(client, value);
}

/** Sends the frame and leaves it in the form. */
export async function sendAs(client: GameClient, frame: Frame | Frame[]): Promise<Answer> {
  if (JSON.stringify(draft.value.value) !== JSON.stringify(frame)) setDraft(frame);
  keep(JSON.stringify(frame));
  recordStep(client.number, frame);
  const request = chosenRequest.value;
  sendProblem.value = "";
  isSending.value = true;
  const at = performance.now();
  try {
    const response = await client.send(frame);
    if (response && !Array.isArray(frame)) {
      outcome.value = outcomeOf(response, request, catalogue.value?.errors ?? [], performance.now() - at);
    } else if (!response)
      sendProblem.value = "No response arrived. The inspector shows whether the connection was lost.";
    return response;
  } catch (error) {
    sendProblem.value = sentenceOf(error);
    return undefined;
  } finally {
    isSending.value = false;
  }
}

function keep(text: string): void {
  if (history.at(-1) !== text) history.push(text);
  if (history.length > MAX_HISTORY) history.shift();
  historyAt = history.length;
}

/** ↑ and ↓ through what was sent. */
export function recallSent(step: -1 | 1): void {
  if (history.length === 0) return;
  historyAt = Math.max(0, Math.min(history.length - 1, historyAt + step));
  const text = history[historyAt];
  if (text !== undefined) setDraft(JSON.parse(text));
}
