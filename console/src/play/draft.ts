import { computed, signal } from "@preact/signals";
import type { CatalogueEvent, CatalogueRequest } from "../api/types.ts";
import { catalogue } from "../state/session.ts";
import { jsonText } from "../ui/json.tsx";
import type { Outcome } from "./errors.ts";
import type { Frame } from "./frame.ts";

/** The request being written. Its text is the truth: the form and the JSON are two views of it. */
export const draftText = signal("");
/** The response to the last request that was sent from the form. */
export const outcome = signal<Outcome | undefined>(undefined);

export type Parsed = { value: Frame | Frame[]; problem?: undefined } | { value?: undefined; problem: string };

export const draft = computed<Parsed>(() => {
  const text = draftText.value;
  if (text.trim() === "") return { problem: "Choose a request, or write one as JSON." };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null)
      return { problem: "A request is a JSON object, or an array of them." };
    return { value: value as Frame | Frame[] };
  } catch (error) {
    return { problem: `This is not JSON yet: ${(error as Error).message}` };
  }
});

/** The draft if it is one request, which the form can show. */
export const single = computed<Frame | undefined>(() => {
  const { value } = draft.value;
  return value && !Array.isArray(value) ? value : undefined;
});

export const requestName = computed(() => String(single.value?.["@class"] ?? "").replace(/^\./, ""));

export const chosenRequest = computed<CatalogueRequest | undefined>(() =>
  catalogue.value?.requests.find(({ name }) => name === requestName.value),
);

const EVENT_REQUESTS = /^Log(Challenge)?EventRequest$/;

export const chosenEvent = computed<CatalogueEvent | undefined>(() => {
  if (!EVENT_REQUESTS.test(requestName.value)) return undefined;
  return catalogue.value?.events.find(({ shortCode }) => shortCode === single.value?.["eventKey"]);
});

export function setDraft(frame: Frame | Frame[]): void {
  draftText.value = jsonText(frame);
  outcome.value = undefined;
}

/** Starts with the worked example of the request. */
export function chooseRequest(name: string): void {
  const request = catalogue.value?.requests.find((one) => one.name === name);
  const example = request?.examples[0]?.request ?? {};
  const firstEvent = catalogue.value?.events[0]?.shortCode;
  if (name === "LogEventRequest" && firstEvent !== undefined) chooseEvent(firstEvent);
  else setDraft({ ...example, "@class": `.${name}` });
}

export function chooseEvent(shortCode: string): void {
  setDraft({ "@class": ".LogEventRequest", eventKey: shortCode });
}

/** Undefined removes the field. The other fields keep their order. */
export function setField(name: string, value: unknown): void {
  const { [name]: _, ...others } = single.value ?? {};
  const frame =
    single.value && name in single.value ? { ...single.value, [name]: value } : { ...others, [name]: value };
  // JSON leaves out what is undefined.
  draftText.value = jsonText(frame);
}
