import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LoopbackFailure } from "../../examples/starter/stand-ins/loopback.ts";
import { settingsIn } from "../../src/providers/index.ts";
import { type SteamSettings, steam, verifySteam } from "../../src/providers/steam.ts";
import { type SteamStandIn, type SteamUser, startSteamStandIn } from "../support/stand-ins/steam.ts";
import { context, failureOf, hasty, TROUBLES } from "./support.ts";

const KEY = "key-of-the-game";
const TICKET = "14000000C7A3";
const SECRETS = [KEY, TICKET];
const CHECK = "/ISteamUserAuth/AuthenticateUserTicket/v1/";
const FRIENDS = "/ISteamUser/GetFriendList/v1/";
const SUMMARIES = "/ISteamUser/GetPlayerSummaries/v2/";
/** More than a number can hold exactly. */
const ann: SteamUser = { id: "76561197960435531", name: "Ann", tickets: [TICKET] };
const bob: SteamUser = { id: "76561197960435533", name: "Bob", tickets: [] };

let standIn: SteamStandIn;
let settings: SteamSettings;
beforeEach(async () => {
  standIn = await startSteamStandIn({ apiKey: KEY, appId: "480", users: [ann, bob] });
  settings = { apiKey: KEY, appId: "480", apiUrl: standIn.url };
});
afterEach(() => standIn.close());

const ids = (count: number) => Array.from({ length: count }, (_, n) => `7656119796${String(n).padStart(7, "0")}`);

describe("verifySteam", () => {
  test("returns the profile and the friends, and no token", async () => {
    standIn.addUser({ ...ann, friends: [bob.id, "76561197960435535"] });
    expect(await verifySteam({ sessionTicket: TICKET }, settings, context)).toEqual({
      id: ann.id,
      displayName: "Ann",
      friends: [
        { id: bob.id, name: "Bob", picture: `https://avatars.example/${bob.id}.jpg` },
        { id: "76561197960435535" },
      ],
    });
    expect(standIn.requests[0]).toMatchObject({ path: CHECK, query: { key: KEY, appid: "480", ticket: TICKET } });
    expect(standIn.requests[0]?.query).not.toHaveProperty("identity");
  });

  test("returns no friends if the list is private", async () => {
    standIn.addUser({ ...ann, friends: "private" });
    expect(await verifySteam({ sessionTicket: TICKET }, settings, context)).toEqual({ id: ann.id, displayName: "Ann" });
  });

  test("asks for no friends if none are wanted", async () => {
    await verifySteam({ sessionTicket: TICKET }, settings, { ...context, maxFriends: 0 });
    expect(standIn.requests.map(({ path }) => path)).toEqual([CHECK, SUMMARIES]);
  });

  test.each([
    { friends: 2_000, maxFriends: 10_000, read: 2_000, pages: 20 },
    { friends: 2_000, maxFriends: 150, read: 150, pages: 2 },
  ])("reads $read of $friends friends in $pages pages", async ({ friends, maxFriends, read, pages }) => {
    standIn.addUser({ ...ann, friends: [...ids(friends), ...ids(friends)] });
    const profile = await verifySteam({ sessionTicket: TICKET }, settings, { ...context, maxFriends });
    expect(profile.friends?.map(({ id }) => id)).toEqual(ids(friends).slice(0, read));
    expect(standIn.requests.filter(({ path }) => path === SUMMARIES)).toHaveLength(1 + pages);
  });

  test("names the identity of tickets, if the game has one", async () => {
    standIn.addUser({ ...ann, identity: "rekindle" });
    const named = { ...settings, identity: "rekindle" };
    expect((await verifySteam({ sessionTicket: TICKET }, named, context)).id).toBe(ann.id);
    const other = verifySteam({ sessionTicket: TICKET }, { ...settings, identity: "other" }, context);
    expect(await failureOf(other, SECRETS)).toBe("sessionTicket: NOTAUTHENTICATED");
  });

  const refused = "sessionTicket: NOTAUTHENTICATED";
  const answering = (path: string, body: unknown): LoopbackFailure => ({ kind: "answer", path, answer: { body } });
  const cases: {
    name: string;
    sessionTicket?: string;
    user?: SteamUser;
    failure?: LoopbackFailure;
    expected: string;
  }[] = [
    { name: "a ticket nobody knows", sessionTicket: "00ff", expected: refused },
    { name: "a ticket of another app", user: { ...ann, appId: "570" }, expected: refused },
    {
      name: "an id that is a number, which is too large to be exact",
      failure: answering(CHECK, { response: { params: { result: "OK", steamid: 2 ** 60 } } }),
      expected: "unavailable ST",
    },
    {
      name: "a result that is not OK",
      failure: answering(CHECK, { response: { params: { result: "Maybe", steamid: ann.id } } }),
      expected: "unavailable ST",
    },
  ];
  test.each(cases)("refuses $name", async ({ sessionTicket = TICKET, user, failure, expected }) => {
    if (user) standIn.addUser(user);
    if (failure) standIn.failWith(failure);
    expect(await failureOf(verifySteam({ sessionTicket }, settings, context), SECRETS)).toBe(expected);
  });

  test.each(["14000000C7A", "xy", "ab".repeat(2_561), "", " 00ff"])("does not send %.12j to Steam", async (ticket) => {
    expect(await failureOf(verifySteam({ sessionTicket: ticket }, settings, context), SECRETS)).toBe(refused);
    expect(standIn.requests).toEqual([]);
  });

  test("refuses a ticket that was cancelled", async () => {
    standIn.cancel(TICKET);
    expect(await failureOf(verifySteam({ sessionTicket: TICKET }, settings, context), SECRETS)).toBe(refused);
  });

  test("blames the game's key if Steam does not accept it", async () => {
    const attempt = verifySteam({ sessionTicket: TICKET }, { ...settings, apiKey: "other" }, context);
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable ST");
    await expect(attempt).rejects.toThrow(/steamApiKey/);
  });

  test.each([CHECK, FRIENDS, SUMMARIES].flatMap((path) => TROUBLES.map((trouble) => ({ ...trouble, path }))))(
    "is unavailable on $name from $path",
    async ({ path, failure, isHasty, reason }) => {
      standIn.failWith({ ...failure, path });
      const attempt = verifySteam({ sessionTicket: TICKET }, settings, isHasty ? hasty : context);
      expect(await failureOf(attempt, SECRETS)).toBe("unavailable ST");
      await expect(attempt).rejects.toThrow(reason);
    },
  );

  test("is unavailable if all calls together exceed the time limit", async () => {
    standIn.addUser({ ...ann, friends: ids(2_000) });
    standIn.failWith({ kind: "delay", ms: 100 });
    const attempt = verifySteam({ sessionTicket: TICKET }, settings, { ...context, timeoutMs: 250 });
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable ST");
    expect(standIn.requests.length).toBeLessThan(15);
  });
});

test("the settings are the exported key and app id, which can be a number", () => {
  expect(settingsIn({ steam: { steamApiKey: "k", steamAppId: null } }, steam)).toBeUndefined();
  const entry = { steamApiKey: "k", steamAppId: 480, steamIdentity: "i" };
  expect(settingsIn({ steam: entry }, steam)).toEqual({ apiKey: "k", appId: "480", identity: "i" });
});
