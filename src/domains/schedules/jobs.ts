import type { Stage } from "../../game/game.ts";
import { type PlayerId, playerIdOf } from "../../ids.ts";
import type { Claim } from "../../jobs/claim.ts";
import type { JobEnd, JobKind } from "../../jobs/kind.ts";
import type { ScriptRunner } from "../../kernel/scripts/runner.ts";
import { accounts } from "../accounts/index.ts";
import type { ScheduleDocument } from "./collections.ts";

/** Delay before a retry if no script host was free or the store failed. */
const RETRY_MS = 5_000;

export interface ScheduleJobsOptions {
  config: { scriptTimeoutMs: number };
  jobs: { readonly closing: boolean };
  scripts: Pick<ScriptRunner, "has" | "run">;
  /** A schedule was deleted although its module did not complete. */
  dropped(about: DroppedSchedule): void;
}

export interface DroppedSchedule {
  why: "unknown module" | "deleted player" | "too many attempts";
  stage: Stage;
  module: string;
  key?: string;
  player?: PlayerId;
}

/** Runs each scheduled module at least once. Its changes to players happen exactly once. */
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
        const why = await whyObsolete(claim, scripts);
        if (why === undefined) return runModule(claim, stage, options);
        await drop(claim, stage, why);
      }
      return "settled";
    },
    giveUp: (claim, { stage }) => drop(claim, stage, "too many attempts"),
  };
}

/** A failed module is not retried, unless no script host was free or the server was stopping. */
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

async function whyObsolete({ store, document }: Claim<ScheduleDocument>, scripts: Pick<ScriptRunner, "has">) {
  const { module, playerId } = document;
  if (!scripts.has("modules", module)) return "unknown module";
  if (!playerId) return undefined;
  const found = await accounts(store).players.findOne({ _id: playerId }, { projection: { _id: 1 } });
  return found ? undefined : "deleted player";
}
