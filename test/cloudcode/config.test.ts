import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { contentOf } from "../../src/game/content.ts";
import { testGame } from "../support/app.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

const GAME = testGame(
  [],
  contentOf(
    {
      "~virtualGoods": [
        {
          shortCode: "SWORD",
          name: "Sword",
          description: "Cuts",
          tags: "sharp,old",
          currency1Cost: 10,
          currencyCosts: { GEMS: 2 },
          WP8StoreProductId: "wp8",
          w8StoreProductId: "w8",
          "~bundledGoods": [{ shortCode: "OIL", qty: 2 }],
          maxQuantity: 3,
        },
        { shortCode: "OIL", disabled: true },
      ],
      "~achievements": [
        { shortCode: "RICH", name: "Rich", currency6Award: 1, virtualGoodAward: "SWORD" },
        { shortCode: "POOR", virtualGoodAward: "NONE" },
      ],
      "~segments": [{ shortCode: "country", name: "Country", "~values": [{ shortCode: "DE", name: "Germany" }] }],
      "~teams": [{ shortCode: "CLAN", name: "Clan", social: true, maxMembers: 10, maxOwnershipPerUser: -1 }],
      "~challenges": [{ shortCode: "DUEL", turnBased: true, attemptConsumers: ["MOVE", "JUMP"] }],
      "~matches": [{ shortCode: "M", maxPlayers: 4, "~thresholds": [{ period: 5, type: "ABSOLUTE", max: 2 }] }],
      "~currencies": [{ shortCode: "GEMS", name: "Gems", signupBonus: 7 }],
      "~properties": [
        { "@id": "/~properties/PRICES", name: "Prices", value: { sword: 10, bow: [1, 2] } },
        { shortCode: "AS_TEXT", value: '{"a":1}' },
        { shortCode: "TEXT", value: "just text" },
        { shortCode: "EMPTY" },
      ],
      "~propertySets": [
        {
          shortCode: "SHOP",
          "~keys": [
            { key: "prices", property: { "@ref": "/~properties/PRICES" } },
            { key: "gone", property: "NONE" },
          ],
        },
      ],
      "~downloadables": [{ shortCode: "LEVELS", size: 99, lastModified: 1_000 }],
    },
    "",
    [],
  ),
);

const CODES = "function codes(list) { return list.map(function (it) { return it.shortCode; }); }";
const SEEN: [what: string, script: string, it: unknown][] = [
  [
    "a virtual good",
    "var g = config.getVirtualGood('SWORD'); it([g.getName(), g.name, g.description, g.getCurrency1Cost(), g.currency2Cost, g.getCurrencyCosts(), g.getType(), g.getTags(), g.maxQuantity, g.isDisabled(), g.disabled, g.getPropertySet()])",
    ["Sword", "Sword", "Cuts", 10, null, { currency1: 10, GEMS: 2 }, "VGOOD", ["sharp", "old"], 3, false, false, null],
  ],
  [
    "what stores call a virtual good",
    "var g = config.getVirtualGood('SWORD'); it([g.getWP8StoreProductId(), g.WP8StoreProductId, g.w8StoreProductId, g.getSteamStoreProductId()])",
    ["wp8", "wp8", "w8", null],
  ],
  [
    "properties",
    "var p = Spark.getProperties(); it([p.getProperty('PRICES'), p.getProperty('AS_TEXT'), p.getProperty('TEXT'), p.getProperty('EMPTY'), p.getProperty('NONE'), p.getProperty(null)])",
    [{ sword: 10, bow: [1, 2] }, { a: 1 }, "just text", null, null, null],
  ],
  [
    "a property that a script changes",
    "Spark.getProperties().getProperty('PRICES').sword = 0; it(Spark.properties.getProperty('PRICES').sword)",
    10,
  ],
  [
    "property sets",
    "var p = Spark.getProperties(); it([p.getPropertySet('SHOP'), p.getPropertySet('NONE')])",
    [{ prices: { sword: 10, bow: [1, 2] }, gone: null }, null],
  ],
  ["a bundle", "it(config.getVirtualGood('SWORD').getBundledGoods())", [{ shortCode: "OIL", qty: 2 }]],
  ["all virtual goods", `${CODES}; it(codes(config.getVirtualGoods()))`, ["SWORD", "OIL"]],
  ["a list as a property", "it(config.virtualGoods.length)", 2],
  [
    "an achievement and the good that it gives",
    "var a = config.getAchievement('RICH'); it([a.getCurrency6Award(), a.getCurrencyAwards(), a.getVirtualGoodAward().getName(), config.getAchievement('POOR').virtualGoodAward])",
    [1, { currency6: 1 }, "Sword", null],
  ],
  [
    "a segment and its values",
    "var v = config.getSegment('country').getValues(); it([v.length, v[0].shortCode, v[0].getName(), v[0].description, v])",
    [1, "DE", "Germany", null, [{ shortCode: "DE", name: "Germany", description: null }]],
  ],
  [
    "a kind of teams",
    "var t = config.getTeam('CLAN'); it([t.getName(), t.getSocial(), t.extendedSocial, t.getMaxMembers(), t.getMaxMembershipPerUser(), t.getMaxOwnershipPerUser()])",
    ["Clan", true, false, 10, null, -1],
  ],
  [
    "a kind of challenges",
    "var c = config.getChallenge('DUEL'); it([c.name, c.isTurnBased(), c.turnBased, c.getAttemptConsumers(), c.isGlobal()])",
    ["DUEL", true, true, "MOVE,JUMP", false],
  ],
  [
    "a kind of matches",
    "var m = config.getMatchConfig('M'), t = m.getThresholds()[0]; it([m.minPlayers, m.getMaxPlayers(), t.getName(), t.getPeriod(), t.getMin(), t.max, t.getAcceptMinPlayers()])",
    [null, 4, "ABSOLUTE", 5, null, 2, false],
  ],
  ["a currency", "it([config.getCurrency('GEMS').signupBonus, config.getCurrencies()[0].getName()])", [7, "Gems"]],
  [
    "a downloadable",
    "var d = config.getDownloadable('LEVELS'); it([d.getSize(), d.getLastModified() instanceof Date, d.lastModified.getTime(), config.getDownloadables().length])",
    [99, true, 1_000, 1],
  ],
  [
    "null for an unknown code",
    "it([config.getVirtualGood('X'), config.getAchievement(null), config.getTeam(undefined), config.getSegment('constructor'), config.getCurrency('toString')])",
    [null, null, null, null, null],
  ],
  [
    "objects as values",
    "it([config.getCurrencies(), config.getTeam('CLAN')])",
    [
      [{ shortCode: "GEMS", name: "Gems", description: null, signupBonus: 7 }],
      {
        shortCode: "CLAN",
        name: "Clan",
        social: true,
        extendedSocial: false,
        maxMembers: 10,
        maxMembershipPerUser: null,
        maxOwnershipPerUser: -1,
      },
    ],
  ],
  [
    "changes to what was answered, seen by nobody else",
    "config.getVirtualGood('SWORD').getTags().push('x'); config.getVirtualGood('SWORD').getCurrencyCosts().GEMS = 0; config.getVirtualGoods().pop(); it([config.getVirtualGood('SWORD').tags.length, config.getVirtualGood('SWORD').currencyCosts.GEMS, config.virtualGoods.length])",
    [2, 2, 2],
  ],
];

const REFUSED: [what: string, script: string, message: RegExp][] = [
  ["a code that is no name", "config.getVirtualGood({})", /getVirtualGood: shortCode must be a string, not an object/],
  ["a code that is a prototype", "config.getTeam('__proto__')", /shortCode must not be "__proto__"/],
  ["another object", "config.getTeam('CLAN').getName.call({})", /Cannot read private member|Receiver/],
  [
    "matches that are made",
    "config.getMatchConfig('M').createPendingMatch('g', 1, [])",
    /^SparkMatchConfig\.createPendingMatch is not supported yet: this server has no multiplayer/,
  ],
  [
    "the URL of a file",
    "config.getDownloadable('LEVELS').url",
    /^SparkDownloadable\.getUrl is not supported yet: this server has no files/,
  ],
];

let world: World;
let hosts: TestCloudCode;
const BEFORE = "var config = Spark.getConfig(); function it(value) { Spark.setScriptData('it', value); }";

beforeAll(async () => {
  world = await openWorld();
  hosts = await withScripts(
    Object.fromEntries([
      ...SEEN.map(([, script], index) => [`seen${index}`, BEFORE + script]),
      ...REFUSED.map(([, script], at) => [
        `refused${at}`,
        `${BEFORE} try { ${script}; it("never"); } catch (e) { it(e.message); }`,
      ]),
      [
        "poisons",
        `${BEFORE} Object.prototype.name = "bad"; Array.prototype.push = null; it(config.getTeams().length);`,
      ],
    ]),
  );
});
beforeEach(() => {
  world.calls.length = 0;
});
afterAll(async () => {
  await hosts.cloudCode.close();
  await world.discard();
});

async function it(name: string): Promise<unknown> {
  const { scriptData, failure } = await hosts.run(name, {}, { ...world.context, game: GAME });
  expect(failure).toBeUndefined();
  return scriptData["it"];
}

test.each(SEEN.map(([what, , seen], at) => ({ what, seen, at })))("a script sees $what", async ({ seen, at }) => {
  expect(await it(`seen${at}`)).toEqual(seen);
});

test.each(REFUSED.map(([what, , message], at) => ({ what, message, at })))(
  "refused: $what",
  async ({ message, at }) => {
    expect(await it(`refused${at}`)).toMatch(message);
  },
);

test("each kind of items is requested once, and changed prototypes do not affect it", async () => {
  const alone = await withScripts({ first: `${BEFORE} it(config.getTeams()[0].name);`, poisons: POISONS });
  try {
    const context = { ...world.context, game: GAME };
    const names = ["first", "poisons", "first", "poisons", "first"];
    for (const name of names) expect((await alone.run(name, {}, context)).scriptData["it"]).toBe("Clan");
    // One lane may have served all of them, and none asks twice.
    expect(world.calls.length).toBeLessThan(names.length);
  } finally {
    await alone.cloudCode.close();
  }
});

const POISONS = `${BEFORE} Object.prototype.name = "bad"; Array.prototype.toJSON = function () { return 0; };
  Object.defineProperty(Array.prototype, "0", { set: function () {}, configurable: true });
  it(config.getTeam("CLAN").name);`;
