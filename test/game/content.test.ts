import { expect, test } from "vitest";
import { contentOf } from "../../src/game/content.ts";

test("reads items of every kind", () => {
  const problems: string[] = [];
  const content = contentOf(
    {
      "~virtualGoods": [
        {
          "@id": "/~virtualGoods/SWORD",
          name: "Sword",
          description: null,
          type: "VGOOD",
          tags: "sharp, old",
          currency1Cost: 10,
          currency2Cost: "5",
          currency3Cost: null,
          currencyCosts: { GEMS: 2 },
          wp8StoreProductId: "wp8",
          W8StoreProductId: "w8",
          steamStoreProductId: 77,
          maxQuantity: 3,
          "~bundledGoods": [{ virtualGood: { "@ref": "/~virtualGoods/OIL" }, qty: 2 }, { shortCode: "RAG" }],
          disabled: "true",
          propertySet: { "@ref": "/~propertySets/WEAPONS" },
          segmentData: [],
        },
      ],
      "~achievements": [
        {
          shortCode: "RICH",
          currency6Award: 1,
          "~currencyAwards": [{ currency: { "@ref": "/~currencies/GEMS" }, amount: 4 }],
          virtualGood: "/~virtualGoods/SWORD",
        },
      ],
      "~segments": [{ shortCode: "country", "~values": [{ shortCode: "DE", name: "Germany" }, {}] }],
      "~teams": [{ shortCode: "CLAN", social: true, maxMembers: 10, maxOwnershipPerUser: -1 }],
      "~challenges": [{ shortCode: "DUEL", turnBased: true, attemptConsumers: [{ "@ref": "/~events/MOVE" }, "JUMP"] }],
      "~matches": [{ shortCode: "M", "~thresholds": [{ period: 5, type: "ABSOLUTE", min: 1, max: 2 }] }],
      "~currencies": [{ shortCode: "GEMS", name: "Gems", signupBonus: 7 }],
      "~downloadables": [{ shortCode: "LEVELS", size: 99, lastModified: "2017-03-04T05:06Z" }],
    },
    "c.json",
    problems,
  );
  expect(problems).toEqual([]);
  expect(content.virtualGoods.get("SWORD")).toEqual({
    shortCode: "SWORD",
    name: "Sword",
    description: undefined,
    type: "VGOOD",
    tags: ["sharp", "old"],
    costs: new Map([
      ["currency1", 10],
      ["currency2", 5],
      ["GEMS", 2],
    ]),
    productIds: new Map([
      ["WP8Store", "wp8"],
      ["w8Store", "w8"],
      ["steamStore", "77"],
    ]),
    maxQuantity: 3,
    bundledGoods: [
      { shortCode: "OIL", qty: 2 },
      { shortCode: "RAG", qty: 1 },
    ],
    disabled: true,
    propertySet: "WEAPONS",
  });
  expect(content.achievements.get("RICH")).toMatchObject({
    name: "RICH",
    awards: new Map([
      ["currency6", 1],
      ["GEMS", 4],
    ]),
    virtualGoodAward: "SWORD",
    propertySet: undefined,
  });
  expect(content.segmentTypes.get("country")!.values).toEqual([{ shortCode: "DE", name: "Germany" }]);
  expect(content.teamTypes.get("CLAN")).toMatchObject({ social: true, extendedSocial: false, maxOwnershipPerUser: -1 });
  expect(content.challengeTypes.get("DUEL")).toMatchObject({ turnBased: true, attemptConsumers: ["MOVE", "JUMP"] });
  expect(content.matchTypes.get("M")!.thresholds).toEqual([
    { period: 5, type: "ABSOLUTE", min: 1, max: 2, acceptMinPlayers: false },
  ]);
  expect(content.currencies.get("GEMS")).toMatchObject({ signupBonus: 7 });
  expect(content.downloadables.get("LEVELS")).toMatchObject({ size: 99, lastModified: Date.UTC(2017, 2, 4, 5, 6) });
});

test("treats null, absent and wrongly typed members alike and reports unusable items", () => {
  const problems: string[] = [];
  const content = contentOf(
    {
      "~virtualGoods": [{ shortCode: "A", tags: 5, maxQuantity: {}, "~bundledGoods": "x", propertySet: [] }, {}],
      "~achievements": null,
      "~teams": [{ shortCode: "__proto__" }, { shortCode: "T" }, { shortCode: "T", social: true }],
    },
    "c.json",
    problems,
  );
  expect(problems).toEqual([
    "c.json: ~virtualGoods[1] has no shortCode; it is ignored.",
    'c.json: ~teams[2] is a duplicate of "T"; the first is used.',
  ]);
  expect(content.virtualGoods.get("A")).toMatchObject({ tags: [], maxQuantity: undefined, bundledGoods: [] });
  expect(content.achievements.size).toBe(0);
  expect([...content.teamTypes.keys()]).toEqual(["__proto__", "T"]);
  expect(content.teamTypes.get("T")!.social).toBe(false);
});
