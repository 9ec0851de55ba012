import { Type } from "@sinclair/typebox";
import type { JobDocument } from "../../../jobs/claim.ts";
import type { JobKind } from "../../../jobs/kind.ts";
import type { Documents } from "../../../store/store.ts";
import { defineServerOperation } from "../operation.ts";

const MAX_COUNTED = 10_000;
/** Any time: a range lets the index on `due` answer. */
const ANY_TIME = { $gte: new Date(0) };

export const jobOperations = [
  defineServerOperation({
    name: "jobs list",
    summary: "Counts the jobs of each kind: waiting, due and claimed. Counts stop at 10000.",
    work: "read",
    role: "read",
    arguments: Type.Object({}),
    run: ({ documents, stage, now, server }) =>
      Promise.all(server.jobs.kinds.map((kind) => rowOf(documents, kind, kind.filter?.(stage) ?? {}, now))),
  }),
];

async function rowOf(documents: Documents, { name, collection }: JobKind, filter: object, now: number) {
  const jobs = documents.collection<JobDocument>(collection);
  const count = (which: object) => jobs.countDocuments({ $and: [filter, which] }, { limit: MAX_COUNTED });
  const unclaimed = { claim: { $exists: false } };
  const [waiting, due, claimed, oldest] = await Promise.all([
    count({ due: ANY_TIME, ...unclaimed }),
    count({ due: { $lte: new Date(now) }, ...unclaimed }),
    count({ due: ANY_TIME, claim: { $exists: true } }),
    jobs.findOne({ $and: [filter, { due: ANY_TIME }] }, { sort: { due: 1 }, projection: { due: 1, attempts: 1 } }),
  ]);
  return {
    ...{ kind: name, collection, waiting, due, claimed },
    ...(oldest?.due && { oldest: oldest.due }),
    ...(oldest?.attempts !== undefined && { attempts: oldest.attempts }),
  };
}
