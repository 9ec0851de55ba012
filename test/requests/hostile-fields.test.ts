import { Kind, type TSchema } from "@sinclair/typebox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accounts } from "../../src/domains/accounts/collections.ts";
import { Messages } from "../../src/domains/messages/messages.ts";
import { scriptMessage } from "../../src/domains/messages/script-message.ts";
import { contentOf } from "../../src/game/content.ts";
import { eventsOf } from "../../src/game/events.ts";
import { objectIdOf, type PlayerId } from "../../src/ids.ts";
import { providers } from "../../src/providers/index.ts";
import type { AnyRequest } from "../../src/requests/definition.ts";
import { requests } from "../../src/requests/index.ts";
import { FakeClock } from "../support/app.ts";
import type { AnyFrame, TestClient } from "../support/client.ts";
import { ok, type SocialApp, startSocialApp } from "../support/social.ts";
import { type StandIns, startStandIns } from "../support/stand-ins/index.ts";

/**
 * Every request of the registry is sent every value of a list in every declared field and in several undeclared ones, by
 * a player who has data, over the socket and over REST. What no field may be is refused by the field's name; what is
 * undeclared changes nothing; and nothing is ever an error of the server's.
 */
const OBJECTS: unknown[] = [
  { $gt: "" },
  { $ne: null },
  { $regex: "^zzz" },
  { $where: "return false" },
  { $in: [] },
  { $expr: { $eq: [1, 2] } },
  {},
  { length: 2, 0: "a" },
  { toString: "a", valueOf: 1 },
  JSON.parse('{"__proto__":{"$gt":""},"constructor":{"prototype":{}}}'),
];
const ARRAYS: unknown[] = [[{ $gt: "" }], [[]], [null], ["a", { $ne: "a" }]];
const SCALARS: unknown[] = ["", "$where", '{"$gt":""}', "\0", -1, 0.5, 1e300, true, null];
/** Of each kind, for what is not looked at anyway. */
const SOME: unknown[] = [...OBJECTS.slice(0, 4), ...OBJECTS.slice(-2), ...ARRAYS.slice(0, 2), "a", 12, null];

/** Names that code might read from a request that declares no such field. */
const UNDECLARED = [
  ...[
    "status",
    "_id",
    "playerId",
    "class",
    "extCode",
    "body",
    "waiting",
    "seen",
    "expires",
    "created",
    "state",
    "player",
  ],
  ...[
    "filter",
    "query",
    "sort",
    "skip",
    "limit",
    "offset",
    "projection",
    "documents",
    "admitted",
    "proven",
    "segments",
  ],
  ...[
    "$where",
    "$or",
    "$and",
    "$expr",
    "$nor",
    "a.b",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "then",
  ],
];

const END = "2026-01-02T15:04Z";
const DOCUMENT = { "~challenges": [{ shortCode: "DUEL", name: "Duel", turnBased: true, attemptConsumers: ["MOVE"] }] };
const EVENTS = [
  { shortCode: "TALK", "~attributes": [{ shortCode: "TEXT", dataType: "string", defaultValue: "hello" }] },
];

let social: SocialApp;
let me: TestClient;
let friend: TestClient;
let visitor: TestClient;
let running: string;
let count = 0;
let standIns: StandIns;

beforeAll(async () => {
  standIns = await startStandIns(() => new FakeClock().now());
  const { integrations } = standIns;
  const game = { ...contentOf(DOCUMENT, "", []), events: eventsOf(EVENTS, "", []), integrations };
  social = await startSocialApp({ requestBurst: 100_000, requestsPerSecond: 100_000 }, game);
  me = await social.app.client();
  await ok(me.request("RegistrationRequest", { userName: "me", displayName: "me", password: "right" }));
  friend = await social.registered();
  const another = { userName: "another", displayName: "another", password: "right" };
  await ok((await social.app.client()).request("RegistrationRequest", another));
  social.amazon.addUser({ id: "amzn1.account.one", name: "One", accessTokens: ["token-one"] });
  social.facebookUser("1");
  social.facebookUser("2");
  const { players } = accounts(await social.app.services.stores.open("preview"));
  for (const { userId } of [me, friend]) {
    await players.updateOne({ _id: objectIdOf(userId as PlayerId) }, { $set: { "currencies.0": 1_000_000 } });
  }
  const status = `${"a".repeat(30)}!`;
  for (const extCode of ["GIFT", "NEWS"]) {
    await ok(me.request("UpdateMessageRequest", { messageId: await message(extCode), status }));
  }
  running = await issued(friend, { accessType: "PUBLIC" });
  await ok(me.request("JoinChallengeRequest", { challengeInstanceId: running }));
  await issued(friend, { accessType: "PUBLIC" });
}, 60_000);
afterAll(() => Promise.all([social.discard(), standIns.close()]));

/** A message of mine; answers its id. */
async function message(extCode: string): Promise<string> {
  const { service, stores } = social.app.services;
  const messages = service(Messages);
  const outbox = messages.outbox("preview");
  outbox.send(scriptMessage({ to: [me.userId as PlayerId], data: { n: 1 }, extCode, overrides: {} }));
  await (await stores.open("preview")).transaction((tx) => messages.write(outbox, tx));
  return outbox.copies[0]!._id.toHexString();
}

async function issued(by: TestClient, fields: AnyFrame): Promise<string> {
  const request = { challengeShortCode: "DUEL", endTime: END, ...fields };
  return (await ok(by.request("CreateChallengeRequest", request)))["challengeInstanceId"];
}

const invited = async () => ({
  challengeInstanceId: await issued(friend, { accessType: "PRIVATE", usersToChallenge: [me.userId] }),
});

/** Fields with which each request succeeds, made for this once. Others connect accounts, and the stand-ins make theirs. */
const FRESH: Record<string, () => AnyFrame | Promise<AnyFrame>> = {
  EndSessionRequest: () => ({}),
  AmazonConnectRequest: () => ({ accessToken: "token-one" }),
  AuthenticationRequest: () => ({ userName: "another", password: "right" }),
  DeviceAuthenticationRequest: () => ({ deviceId: "d", deviceOS: "IOS", segments: { a: "b" } }),
  FacebookConnectRequest: () => ({ accessToken: "token-1" }),
  GameCenterConnectRequest: () => ({ ...social.gameCenter.signIdentity("G:1"), displayName: "One" }),
  RegistrationRequest: () => ({ userName: `new ${++count}`, displayName: "new", password: "right" }),
  SocialStatusRequest: () => ({}),
  AcceptChallengeRequest: invited,
  ChatOnChallengeRequest: () => ({ challengeInstanceId: running, message: "Hello" }),
  CreateChallengeRequest: () => ({ challengeShortCode: "DUEL", accessType: "PUBLIC", endTime: END }),
  DeclineChallengeRequest: invited,
  FindChallengeRequest: () => ({ accessType: "PUBLIC" }),
  GetChallengeRequest: () => ({ challengeInstanceId: running }),
  JoinChallengeRequest: async () => ({ challengeInstanceId: await issued(friend, { accessType: "PUBLIC" }) }),
  ListChallengeRequest: () => ({}),
  ListChallengeTypeRequest: () => ({}),
  LogChallengeEventRequest: () => ({ challengeInstanceId: running, eventKey: "TALK" }),
  WithdrawChallengeRequest: async () => ({ challengeInstanceId: await issued(me, { accessType: "PUBLIC" }) }),
  AccountDetailsRequest: () => ({}),
  ChangeUserDetailsRequest: () => ({ displayName: "me", language: "en" }),
  DismissMessageRequest: async () => ({ messageId: await message("GIFT") }),
  DismissMultipleMessagesRequest: async () => ({ messageIds: [await message("GIFT")] }),
  GetMessageRequest: async () => ({ messageId: await message("GIFT") }),
  ListGameFriendsRequest: () => ({}),
  ListInviteFriendsRequest: () => ({}),
  ListMessageDetailRequest: () => ({}),
  ListMessageRequest: () => ({}),
  ListMessageSummaryRequest: () => ({}),
  LogEventRequest: () => ({ eventKey: "TALK" }),
  SocialDisconnectRequest: async () => {
    await me.request("FacebookConnectRequest", { accessToken: "token-2" });
    return { systemId: "FB" };
  },
  UpdateMessageRequest: async () => ({ messageId: await message("GIFT"), status: "read" }),
};

const all = [...requests.values()].map((definition) => [definition.name, definition] as const);
const fieldsOf = ({ fields }: AnyRequest) => Object.entries(fields.properties as Record<string, TSchema>);

const overSocket = (name: string, fields: AnyFrame) =>
  (requests.get(name)!.caller === "anyone" ? visitor : me).request(name, fields);

async function overRest(name: string, fields: AnyFrame): Promise<AnyFrame> {
  const url = `${social.app.httpUrl}/rs/device/${encodeURIComponent("device secret")}/${name}`;
  const isMine = requests.get(name)!.caller === "player";
  const body = JSON.stringify({ ...fields, ...(isMine && { authToken: me.authToken }) });
  return (await (await fetch(url, { method: "POST", body })).json()) as AnyFrame;
}

/** A response without what no two of its kind share: ids, tokens, and what the player's further challenges add. */
function shape({ requestId, ...response }: AnyFrame): unknown {
  const text = JSON.stringify(response)
    .replace(/\b[0-9a-f]{24}\b/g, "<id>")
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<token>");
  return JSON.parse(text);
}

describe.each(all)("%s", (name, definition) => {
  const declared = fieldsOf(definition);
  const fresh = async () => FRESH[name]?.() ?? standIns.of(name).logIn(name, { id: "1001", name: "One" });

  it.each([
    ["the socket", overSocket, UNDECLARED, SOME],
    // Over REST a playerId names whom the request is for.
    ["REST", overRest, UNDECLARED.filter((field) => field !== "playerId"), SOME.slice(0, 3)],
  ])("over %s has the same result whatever else is sent", async (_, send, names, values) => {
    visitor = await social.app.client();
    const others = names.filter((field) => !declared.some(([known]) => known === field));
    await send(name, await fresh());
    const before = shape(await ok(send(name, await fresh())));
    for (const value of values) {
      const further = JSON.parse(`{${others.map((field) => `${JSON.stringify(field)}:${JSON.stringify(value)}`)}}`);
      const response = await send(name, { ...further, ...(await fresh()) });
      expect(shape(response), JSON.stringify(value)).toEqual(before);
    }
  });

  it("refuses by its name a field that cannot be what was sent, and never fails", async () => {
    visitor = await social.app.client();
    const documented = definition.errors.map(({ key }) => key);
    let fields = await fresh();
    for (const [field, schema] of declared) {
      for (const value of [...OBJECTS, ...ARRAYS, ...SCALARS]) {
        const what = `${field}: ${JSON.stringify(value)}`;
        const { error } = await overSocket(name, { ...fields, [field]: value });
        if (!error) fields = await fresh();
        const keys = Object.keys(error ?? {}).filter((key) => key !== "detail");
        const isOfField = (key: string) => key === field || key.startsWith(`${field}.`);
        if (cannotBe(schema, value)) expect(keys.filter(isOfField), what).not.toEqual([]);
        expect(
          keys.filter((key) => !isOfField(key) && !documented.includes(key)),
          what,
        ).toEqual([]);
      }
    }
  });

  it("refuses by its name a field whose text is not well-formed Unicode", async () => {
    visitor = await social.app.client();
    const rows: [sent: AnyFrame, field: string][] = [
      ...declared.map(([field]): [AnyFrame, string] => [{ [field]: "\ud800abc" }, field]),
      [{ more: "abc\udfff" }, "more"],
      [{ more: { deep: ["a", "\udc00\ud800"] } }, "more.deep.1"],
      [{ more: { "\ud800": 1 } }, "more.\ufffd"],
    ];
    const fields = await fresh();
    for (const [sent, field] of rows) {
      const { error } = await overSocket(name, { ...fields, ...sent });
      expect(error).toEqual({ [field]: "INVALID", detail: expect.stringContaining("not well-formed Unicode") });
    }
  });
});

/** Whether no conversion makes the value one of the field's type. */
function cannotBe(schema: TSchema, value: unknown): boolean {
  if (schema[Kind] === "Record") return typeof value !== "object" || Array.isArray(value);
  if (schema.type === "array") {
    const items = Array.isArray(value) ? value : [value];
    return value !== null && items.some((item) => typeof item === "object");
  }
  return typeof value === "object" && value !== null;
}

it("there are fields for every request, so that each is looked at", () => {
  const connecting = providers.flatMap((provider) => provider.requests);
  const known = new Set([...Object.keys(FRESH), ...connecting]);
  expect([...known].sort()).toEqual([...requests.keys()].sort());
});
