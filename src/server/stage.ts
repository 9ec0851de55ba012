import type { Call, Services } from "./call.ts";

/** One step in the life of a request. It refuses by throwing a RequestError. */
export type Step = (services: Services, call: Call) => Promise<void> | void;

/** Steps that a rule stands around: it decides whether they run, and how often. */
export interface Section {
  readonly around: (services: Services, call: Call, run: () => Promise<void>) => Promise<void>;
  readonly steps: readonly Stage[];
}

export type Stage = Step | Section;

/** A rule and the steps that it stands around. */
export const within = (around: Section["around"], ...steps: Stage[]): Section => ({ around, steps });

/** Runs the stages in their order. */
export async function runStages(stages: readonly Stage[], services: Services, call: Call): Promise<void> {
  for (const stage of stages) {
    if (typeof stage === "function") await stage(services, call);
    else await stage.around(services, call, () => runStages(stage.steps, services, call));
  }
}
