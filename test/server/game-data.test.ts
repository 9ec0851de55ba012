import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findItem } from "../../src/domains/data/items.ts";
import { startTestApp, type TestApp, testGame } from "../support/app.ts";
import { signIn } from "./support.ts";

/** Items that the scripts of many players' events work on at once, through the server. */
const EVENTS: Record<string, string> = {
  OPEN: `API.createItem("raid", "boss").setData({ life: 1000, hits: {} }).persistor().persist();
    API.createItem("raid", "loot").setData({ owner: null }).persistor().persist();`,
  HIT: `var boss = API.getItem("raid", "boss").document(), data = boss.getData();
    data.life -= 3; data.hits[me] = (data.hits[me] || 0) + 1;
    var error = boss.persistor().withAtomicIncrements().persist().error();
    if (error) Spark.setScriptError("HIT", error);`,
  LOOT: `var loot = API.getItem("raid", "loot").document();
    if (loot.getData().owner === null) {
      loot.getData().owner = me;
      Spark.setScriptData("mine", loot.persistor().withVersionCheck().persist().error() === null);
    }`,
  LEND: `var item = API.createItem("loan", me);
    item.setTTL(Spark.getData().until); item.getData().by = me; item.persistor().persist();`,
  LOANS: `var all = [], cursor = API.queryItems("loan", API.S("by").eq(me)).cursor();
    while (cursor.hasNext()) all.push(cursor.next().getId());
    Spark.setScriptData("loans", all);`,
};
const BEFORE = "var API = Spark.getGameDataService(), me = Spark.getPlayer().getPlayerId();";

let app: TestApp;
let folder: string;
beforeAll(async () => {
  const embeddedScripts = Object.entries(EVENTS).map(([shortCode, source]) => ({
    type: "event",
    shortCode,
    source: BEFORE + source,
  }));
  folder = await mkdtemp(join(tmpdir(), "rekindle-game-"));
  app = await startTestApp({ game: testGame([], { embeddedScripts, folder }) });
});
afterAll(async () => {
  await app.discard();
  await rm(folder, { recursive: true, force: true });
});

const players = (count: number, name: string) =>
  Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const client = await app.client();
      const id = await signIn(client, `${name}${n}`);
      const log = async (eventKey: string, attributes = {}) => {
        const { error, scriptData } = await client.request("LogEventRequest", { eventKey, ...attributes });
        expect(error).toBeUndefined();
        return (scriptData ?? {}) as Record<string, unknown>;
      };
      return { id, log };
    }),
  );
const item = async (type: string, id: string) => {
  const store = await app.services.stores.open("preview");
  return (await findItem({ store, type, declared: undefined, now: app.clock.now() }, id))?.data;
};

it("counts concurrent increments of all players, and gives a unique item to one player", async () => {
  const raiders = await players(8, "raider");
  await raiders[0]!.log("OPEN");
  await Promise.all(raiders.flatMap(({ log }) => Array.from({ length: 5 }, () => log("HIT"))));
  expect(await item("raid", "boss")).toEqual({
    life: 1000 - 8 * 5 * 3,
    hits: Object.fromEntries(raiders.map(({ id }) => [id, 5])),
  });
  const looted = await Promise.all(raiders.map(({ log }) => log("LOOT")));
  const owners = raiders.filter((_, n) => looted[n]!["mine"] === true);
  expect(owners.length).toBe(1);
  expect(await item("raid", "loot")).toEqual({ owner: owners[0]!.id });
});

it("an item expires by the server's clock", async () => {
  const [{ id, log }] = (await players(1, "lender")) as [Awaited<ReturnType<typeof players>>[number]];
  await log("LEND", { until: app.clock.now() + 60_000 });
  expect(await log("LOANS")).toEqual({ loans: [id] });
  app.clock.advance(60_000);
  expect(await log("LOANS")).toEqual({ loans: [] });
  expect(await item("loan", id)).toBeUndefined();
});
