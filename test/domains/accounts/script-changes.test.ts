import { expect, test } from "vitest";
import { mergeChanges, withChanges } from "../../../src/domains/accounts/script-changes.ts";

test("currency codes that are names of inherited members have numeric amounts", () => {
  const merged = mergeChanges(
    { playerChanges: { goods: { sword: 1 }, balances: { toString: 2 } } },
    { playerChanges: { goods: { constructor: 1 }, balances: { toString: 3 } } },
  );
  expect(merged?.playerChanges).toEqual({ goods: { sword: 1, constructor: 1 }, balances: { toString: 5 } });
  const details = {
    balances: {},
    goods: {},
    achievements: [],
    segments: {},
    externalIds: {},
    created: 0,
    lastSeen: 0,
  };
  const player = { playerId: "p", userName: "p", displayName: null, scriptData: {}, privateData: {}, details };
  const seen = withChanges(player, { goods: { valueOf: 1 } });
  expect(Object.entries(seen.details!.goods)).toEqual([["valueOf", 1]]);
});
