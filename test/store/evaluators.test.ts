import { afterEach, beforeEach, expect, it } from "vitest";
import { Pipelines } from "../../src/store/embedded/pipelines.ts";
import { documentToText, textToDocument, valueToText } from "../../src/store/embedded/text.ts";
import type { Document } from "../../src/store/store.ts";
import { refusal } from "./contract/collections.ts";

let pipelines: Pipelines;
beforeEach(() => {
  pipelines = new Pipelines(1500);
});
afterEach(() => pipelines.close());

async function run(stages: Document[], documents: Document[]): Promise<Document[]> {
  const job = pipelines.newJob();
  const done = [
    pipelines.call(job, "add", documents.map(documentToText)),
    pipelines.call(job, "run", [valueToText(stages)]),
    pipelines.call(job, "take"),
  ] as const;
  const [, , texts] = await Promise.all(done);
  return texts.map(textToDocument);
}

const ENDLESS = [
  {
    $set: {
      x: {
        $reduce: { input: { $range: [0, 3_000_000] }, initialValue: 0, in: { $add: ["$$value", { $sin: "$$this" }] } },
      },
    },
  },
  { $set: { x: { $reduce: { input: { $range: [0, 9_000_000] }, initialValue: 0, in: { $add: ["$$value", 1] } } } } },
];

it("carries out several pipelines, one after the other", async () => {
  const results = await Promise.all(
    Array.from({ length: 5 }, (_, i) =>
      run(
        [{ $group: { _id: "$g", n: { $sum: "$n" } } }],
        [
          { g: i, n: 1 },
          { g: i, n: 2 },
        ],
      ),
    ),
  );
  expect(results).toEqual(Array.from({ length: 5 }, (_, i) => [{ _id: i, n: 3 }]));
});

it("ends one that takes too long; those that waited behind it have to be tried again, and then work", async () => {
  const slow = run(ENDLESS, [{ n: 1 }]);
  const waiting = run([{ $count: "n" }], [{ n: 1 }]);
  const outcomes = await Promise.all([refusal(slow, "BAD_OPERATION"), refusal(waiting, "UNAVAILABLE")]);
  expect(outcomes[0].message).toMatch(/longer than 1500 ms/);
  expect(outcomes[1].retryable).toBe(true);
  expect(await run([{ $count: "n" }], [{ n: 1 }])).toEqual([{ n: 1 }]);
});

it("refuses what a stage cannot do, and goes on", async () => {
  const error = await refusal(run([{ $group: { _id: null, n: { $nonsense: 1 } } }], [{ n: 1 }]), "BAD_OPERATION");
  expect(error.message).toMatch(/^\$group of the pipeline cannot be carried out/);
  expect(await run([{ $count: "n" }], [{ n: 1 }])).toEqual([{ n: 1 }]);
});

it("means by $match and $sort what a find means", async () => {
  const documents = [{ n: [5, 1] }, { n: 3 }, {}, { n: null }, { s: "Ab" }];
  expect(await run([{ $limit: 9 }, { $match: { n: null } }], documents)).toEqual([{}, { n: null }, { s: "Ab" }]);
  expect(await run([{ $limit: 9 }, { $match: { s: /^a/i } }], documents)).toEqual([{ s: "Ab" }]);
  expect(await run([{ $limit: 2 }, { $sort: { n: 1 } }], documents)).toEqual([{ n: [5, 1] }, { n: 3 }]);
});
