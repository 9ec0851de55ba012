import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Request } from "../../src/store/embedded/evaluator/protocol.ts";
import { Evaluators, type Lease } from "../../src/store/embedded/evaluators.ts";
import { documentToText, textToDocument, valueToText } from "../../src/store/embedded/text.ts";
import type { Document } from "../../src/store/store.ts";
import { refusal } from "./contract/collections.ts";

/** Shared, as each of its processes takes half a second to start; each test has callers of its own. */
let evaluators: Evaluators;
let callers = 0;
let [a, b, c] = ["", "", ""];
beforeAll(() => {
  evaluators = new Evaluators({ processes: 2, perCaller: 1, timeoutMs: 60_000, memoryMb: 64 });
});
beforeEach(() => {
  callers += 1;
  [a, b, c] = [`a${callers}`, `b${callers}`, `c${callers}`];
});
afterAll(() => evaluators.close());

const all = valueToText({ filter: {} });

async function calls(key: string | undefined, requests: Request[], leftMs = 60_000): Promise<unknown> {
  const lease = await evaluators.lease(key, leftMs, false);
  try {
    let result: unknown;
    for (const request of requests) result = await lease.call(request);
    return result;
  } finally {
    lease.end();
  }
}

async function run(stages: Document[], documents: Document[], key?: string, leftMs?: number): Promise<Document[]> {
  const texts = documents.map(documentToText);
  const requests: Request[] = [
    { what: "begin", spec: all },
    { what: "add", texts, collection: undefined },
    { what: "run", stages: valueToText(stages) },
    { what: "take" },
  ];
  return ((await calls(key, requests, leftMs)) as string[]).map(textToDocument);
}

const range = (values: number) => [{ $set: { x: { $size: { $range: [0, values] } } } }];
const ENDLESS = [
  {
    $set: {
      x: {
        $reduce: {
          input: { $range: [0, 100_000] },
          initialValue: 0,
          in: { $add: ["$$value", { $size: { $map: { input: { $range: [0, 10_000] }, in: { $sin: "$$this" } } } }] },
        },
      },
    },
  },
];

it("runs several pipelines", async () => {
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

it("ends an operation that takes too long, and nothing else", async () => {
  const slow = run(ENDLESS, [{ n: 1 }], a, 300);
  const others = Array.from({ length: 4 }, () => run([{ $count: "n" }], [{ n: 1 }], b));
  expect((await refusal(slow, "BAD_OPERATION")).message).toMatch(/took longer than .* Simplify it/);
  expect(await Promise.all(others)).toEqual(Array.from({ length: 4 }, () => [{ n: 1 }]));
  expect(await run([{ $count: "n" }], [{ n: 1 }], a)).toEqual([{ n: 1 }]);
});

it("ends an operation that needs too much memory, and nothing else", async () => {
  const large = run(range(500_000_000), [{ n: 1 }], a);
  const other = run(range(5), [{ n: 1 }], b);
  expect((await refusal(large, "BAD_OPERATION")).message).toMatch(/more than 64 MB of memory/);
  expect(await other).toEqual([{ n: 1, x: 5 }]);
});

it("limits each caller's share", async () => {
  const order: string[] = [];
  const note = (name: string) => order.push(name);
  // Starts the second process, which on a busy machine takes longer than the operations below.
  await Promise.all([a, b].map((caller) => run(range(1), [{ n: 1 }], caller)));
  const many = Array.from({ length: 6 }, (_, i) => run(ENDLESS, [{}], a, 400).catch(() => note(`a${i}`)));
  const one = run(range(5), [{ n: 1 }], b).then(() => note("b"));
  await one;
  expect(evaluators.load).toMatchObject({ running: expect.any(Number), waiting: expect.any(Number) });
  await Promise.all(many);
  expect(order.indexOf("b")).toBeLessThanOrEqual(1);
});

it("refuses a caller with too many waiting operations", async () => {
  const waiting = Array.from({ length: 102 }, () => calls(a, []).catch(({ message }: Error) => message));
  expect((await Promise.all(waiting)).filter(Boolean)).toEqual([expect.stringMatching(/^More than 100 .* wait/)]);
});

it("runs operations of transactions first", async () => {
  const order: string[] = [];
  const note = (name: string, lease: Lease) => {
    order.push(name);
    lease.end();
  };
  const first = [await evaluators.lease(a, 60_000, false), await evaluators.lease(b, 60_000, false)];
  const later = evaluators.lease(c, 60_000, false).then((lease) => note("c", lease));
  const urgent = evaluators.lease(a, 60_000, true).then((lease) => note("urgent", lease));
  for (const lease of first) lease.end();
  await Promise.all([later, urgent]);
  expect(order[0]).toBe("urgent");
});

it("refuses a stage that fails, and continues", async () => {
  const error = await refusal(run([{ $group: { _id: null, n: { $nonsense: 1 } } }], [{ n: 1 }]), "BAD_OPERATION");
  expect(error.message).toMatch(/^The pipeline stage \$group failed/);
  expect(await run([{ $count: "n" }], [{ n: 1 }])).toEqual([{ n: 1 }]);
});

it("evaluates $match and $sort like a find", async () => {
  const documents = [{ n: [5, 1] }, { n: 3 }, {}, { n: null }, { s: "Ab" }];
  expect(await run([{ $limit: 9 }, { $match: { n: null } }], documents)).toEqual([{}, { n: null }, { s: "Ab" }]);
  expect(await run([{ $limit: 9 }, { $match: { s: /^a/i } }], documents)).toEqual([{ s: "Ab" }]);
  expect(await run([{ $limit: 2 }, { $sort: { n: 1 } }], documents)).toEqual([{ n: 3 }, { n: [5, 1] }].reverse());
});

it("ends its processes with the store", async () => {
  const running = run(ENDLESS, [{}]);
  await run([{ $count: "n" }], [{ n: 1 }]);
  evaluators.close();
  await refusal(running, "UNAVAILABLE");
  await refusal(run([{ $count: "n" }], [{ n: 1 }]), "UNAVAILABLE");
});
