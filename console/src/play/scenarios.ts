import { signal } from "@preact/signals";
import { started } from "../state/session.ts";
import { recall, remember } from "../state/storage.ts";
import { addClient, clientAt } from "./clients.ts";
import type { Frame } from "./frame.ts";

export interface Step {
  client: number;
  frame: Frame | Frame[];
}

export interface Scenario {
  name: string;
  steps: Step[];
}

/** The steps recorded so far; undefined if nothing is recorded. */
export const recording = signal<readonly Step[] | undefined>(undefined);
export const scenarios = signal<readonly Scenario[]>([]);
export const replaying = signal("");

/** Of this game, in this browser. */
const place = (): string => `scenarios.${started.value?.game.apiKey ?? ""}`;

export function loadScenarios(): void {
  scenarios.value = recall<Scenario[]>(place(), []);
}

export function recordStep(client: number, frame: Frame | Frame[]): void {
  if (recording.value) recording.value = [...recording.value, { client, frame }];
}

export function saveRecording(name: string): void {
  const steps = recording.value ?? [];
  recording.value = undefined;
  if (steps.length === 0 || name.trim() === "") return;
  store([...scenarios.value.filter((one) => one.name !== name), { name, steps: [...steps] }]);
}

export function deleteScenario(name: string): void {
  store(scenarios.value.filter((one) => one.name !== name));
}

function store(next: Scenario[]): void {
  scenarios.value = next;
  remember(place(), next);
}

/** Sends the steps one after the other, each as its client, each after the response to the one before. */
export async function replay({ name, steps }: Scenario): Promise<void> {
  replaying.value = name;
  try {
    for (const { client: number, frame } of steps) {
      let client = clientAt(number);
      while (!client) {
        const added = addClient();
        if (!added || added.number > number) return;
        client = clientAt(number);
      }
      if ((await client.send(frame).catch(() => undefined)) === undefined) return;
    }
  } finally {
    replaying.value = "";
  }
}
