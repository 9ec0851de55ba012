import type { Stage } from "../../game/game.ts";
import { type PlayerId, playerIdOf } from "../../ids.ts";
import type { Claim } from "../../jobs/claim.ts";
import type { JobEnd, JobKind } from "../../jobs/kind.ts";
import type { ScriptRunner } from "../../kernel/scripts/runner.ts";
import { accounts } from "../accounts/index.ts";
import type { ScheduleDocument } from "./collections.ts";

/** When a module is tried again for which no script host was free, or whose store failed. */
const RETRY_MS = 5_000;

export interface ScheduleJobsOptions {
  config: { scriptTimeoutMs: number };
  jobs: { readonly closing: boolean };
  scripts: Pick<ScriptRunner, "has" | "run">;
  /** A schedule is deleted though its module did not run to its end. */
  dropped(about: DroppedSchedule): void;
}

export interface DroppedSchedule {
  why: "unknown module" | "deleted player" | "begun too often";
  stage: Stage;
  module: string;
  key?: string;
  player?: PlayerId;
}

/**
 * Runs planned modules, at least once each. What a module changes of players is kept exactly once, as it is one
 * transaction with the schedule's end.
 */
export function scheduleJobs(options: ScheduleJobsOptions): JobKind<ScheduleDocument> {
  const { config, scripts } = options;
  const drop = async (claim: Claim<ScheduleDocument>, stage: Stage, why: DroppedSchedule["why"]) => {
    const { module, begunKey: key, playerId } = claim.document;
    await claim.finish();
    const about = { ...(key !== undefined && { key }), ...(playerId && { player: playerIdOf(playerId) }) };
    options.dropped({ why, stage, module, ...about });
  };
  return {
    name: "schedule",
    collection: "schedule",
    concurrency: 8,
    leaseMs: 10_000 + 3 * config.scriptTimeoutMs,
    retry: { firstMs: RETRY_MS, mostMs: RETRY_MS },
    maxAttempts: 5,
    claimUpdate: { $rename: { key: "begunKey" } },
    async run(claim, { stage }) {
      if (claim.document.cancelled) await claim.finish();
      else {
        const why = await whyUseless(claim, scripts);
        if (why === undefined) return runModule(claim, stage, options);
        await drop(claim, stage, why);
      }
      return "settled";
    },
    giveUp: (claim, { stage }) => drop(claim, stage, "begun too often"),
  };
}

/** A module that fails has ended, unless no script host was free or the server's stop cut it off. */
async function runModule(
  claim: Claim<ScheduleDocument>,
  stage: Stage,
  { jobs, scripts }: ScheduleJobsOptions,
): Promise<JobEnd> {
  const { _id, module, data, playerId } = claim.document;
  let end: JobEnd = "settled";
  await scripts.run({
    kind: "modules",
    name: module,
    stage,
    data: JSON.parse(data),
    player: playerId && playerIdOf(playerId),
    schedule: _id,
    async alongside(tx, { failure }) {
      end = failure && (failure.kind === "unavailable" || jobs.closing) ? "unavailable" : "settled";
      if (end === "settled") await claim.finish(tx);
    },
  });
  return end;
}

/** Why there is nothing to run. */
async function whyUseless({ store, document }: Claim<ScheduleDocument>, scripts: Pick<ScriptRunner, "has">) {
  const { module, playerId } = document;
  if (!scripts.has("modules", module)) return "unknown module";
  if (!playerId) return undefined;
  const found = await accounts(store).players.findOne({ _id: playerId }, { projection: { _id: 1 } });
  return found ? undefined : "deleted player";
}
