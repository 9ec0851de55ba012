import type { Call, Services } from "./call.ts";

/** One step of processing a request. It refuses by throwing a RequestError. */
export type Step = (services: Services, call: Call) => Promise<void> | void;

/** Steps wrapped by a function that decides whether and how often they run. */
export interface Section {
  readonly around: (services: Services, call: Call, run: () => Promise<void>) => Promise<void>;
  readonly steps: readonly Stage[];
}

export type Stage = Step | Section;

export const within = (around: Section["around"], ...steps: Stage[]): Section => ({ around, steps });

export async function runStages(stages: readonly Stage[], services: Services, call: Call): Promise<void> {
  for (const stage of stages) {
    if (typeof stage === "function") await stage(services, call);
    else await stage.around(services, call, () => runStages(stage.steps, services, call));
  }
}
