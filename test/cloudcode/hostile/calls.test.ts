import { afterAll, beforeAll, expect, test } from "vitest";
import { RunCalls } from "../../../src/cloudcode/calls/run-calls.ts";
import { calls } from "../../../src/cloudcode/calls/table.ts";
import { openWorld, type World } from "../world.ts";

/** What a script that got out of its sandbox could say to the server: any text. */
const LIMITS = { calls: 100_000, chars: 10_000 };

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.player("victim");
  await world.store.collection("script.c").insertOne({ one: 1 });
});
afterAll(() => world.discard());

const RAW: [what: string, text: string][] = [
  ["nothing", ""],
  ["no JSON", "[1"],
  ["no array", '{"0":"digest.md5"}'],
  ["an empty array", "[]"],
  ["a call that is a number", "[1]"],
  ["an unknown call", '["process.exit"]'],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "get"].map((name): [string, string] => [
    `a member of the table, ${name}`,
    JSON.stringify([name, {}, {}]),
  ]),
  ["a call in an array", '[["digest.md5"],"a"]'],
  ["deep arguments", `["digest.md5",${"[".repeat(5000)}${"]".repeat(5000)}]`],
  ["long arguments", `["digest.md5","${"x".repeat(20_000)}"]`],
  ["an unknown cursor", '["cursor.next",1,10,false]'],
  ["a cursor below zero", '["cursor.next",-1,10,false]'],
  ["the server's accounts", '["collection.findOne","system","account",null,null,null,false]'],
  ["the server's tokens", '["collection.find","system","authToken",null,null,null,0,0,10,false]'],
  ["the server's players, raw", '["collection.findOne","script/../player","player",null,null,null,false]'],
  ["a namespace that is a member of objects", '["collection.findOne","__proto__","x",null,null,null,false]'],
  ["a write to players", '["collection.update","system","player",{},{"$set":{"userName":"me"}},false,true]'],
  ["a removal of players", '["collection.remove","system","player",{}]'],
  ["code of a query", '["collection.findOne","script","c",{"$where":"sleep(1000)"},null,null,false]'],
  [
    "code of an expression",
    '["collection.findOne","script","c",{"$expr":{"$function":{"body":"x","args":[],"lang":"js"}}},null,null,false]',
  ],
  ["a write by an aggregation", '["collection.aggregate","script","c",[{"$out":"player"}],false]'],
  ["a merge by an aggregation", '["collection.aggregate","script","c",[{"$merge":{"into":"player"}}],false]'],
];

test.for(RAW)("a script is refused %s", async ([, text]) => {
  const answer = await new RunCalls(world.context, LIMITS).answer(text);
  expect(answer).toMatch(/^!.+/s);
  expect(world.failures).toEqual([]);
});

test.for([
  [
    "joins",
    '["collection.aggregate","script","c",[{"$lookup":{"from":"player","localField":"none","foreignField":"none","as":"found"}}],false]',
  ],
  ["adds", '["collection.aggregate","script","c",[{"$unionWith":"player"}],false]'],
  [
    "adds in a branch",
    '["collection.aggregate","script","c",[{"$facet":{"a":[{"$lookup":{"from":"player","localField":"none","foreignField":"none","as":"found"}}]}}],false]',
  ],
])("an aggregation %s collections of the game only, whatever it names", async ([, text]) => {
  const answer = await new RunCalls(world.context, LIMITS).answer(text!);
  expect(answer).toMatch(/^[=!]/);
  expect(answer).not.toContain("victim");
});

const GARBAGE: unknown[][] = [
  [],
  Array(8).fill(null),
  Array(8).fill({}),
  Array(8).fill([]),
  Array(8).fill(""),
  Array(8).fill("__proto__"),
  Array(8).fill("5f0000000000000000000009"),
  Array(8).fill("\0.$x"),
  Array(8).fill(-1),
  Array(8).fill(1e308),
  Array(8).fill(true),
  Array(8).fill({ __proto__: null, $gt: "", constructor: { prototype: {} } }),
  Array(8).fill([[[{ a: [null] }]]]),
  ["script", "c", ...Array(6).fill({ $date: "x" })],
  ["script", "c", ...Array(6).fill({ $regex: "(", $options: "zz" })],
  ["script", "c", ...Array(6).fill([{ $match: { $nonsense: 1 } }])],
];

test.for([...calls.keys()])("%s never fails internally, whatever its arguments", async (name) => {
  const run = new RunCalls(world.context, LIMITS);
  for (const args of GARBAGE) {
    const text = JSON.stringify([name, ...args]);
    expect(await run.answer(text), text).toMatch(/^[=!#]/);
    expect(world.failures, text).toEqual([]);
  }
  run.close();
});
