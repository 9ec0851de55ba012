import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { Messages } from "../../src/domains/messages/messages.ts";
import { scriptMessage } from "../../src/domains/messages/script-message.ts";
import { contentOf } from "../../src/game/content.ts";
import { eventsOf } from "../../src/game/events.ts";
import type { PlayerId } from "../../src/ids.ts";
import { providers } from "../../src/providers/index.ts";
import { requests } from "../../src/requests/index.ts";
import { FakeClock, startTestApp, type TestApp, testGame } from "../support/app.ts";
import type { AnyFrame, TestClient } from "../support/client.ts";
import { ok, type SocialApp, startSocialApp } from "../support/social.ts";
import { type StandIns, startStandIns } from "../support/stand-ins/index.ts";

/**
 * Every worked example of every definition is sent, and its response must be that of the example, but for ids, tokens,
 * times and URLs. `GIVEN` makes what an example relies on, and returns the client that sends it and the fields that an
 * example cannot know: ids of what was made, and signatures.
 */
const DUEL = { shortCode: "DUEL", name: "Duel", description: "Two players.", attemptConsumers: ["MOVE"] };
const EVENTS = [
  { shortCode: "SCORE", "~attributes": [{ shortCode: "POINTS", dataType: "int" }] },
  { shortCode: "MOVE", "~attributes": [{ shortCode: "FIELD", dataType: "int" }] },
];
const END = "2026-03-01T12:00Z";
const TEN_MINUTES_MS = 600_000;

type Given = () => Promise<{ by: TestClient; fields?: AnyFrame }>;

let social: SocialApp;
beforeEach(async () => {
  social = await startSocialApp(
    {},
    { ...contentOf({ "~challenges": [DUEL] }, "", []), events: eventsOf(EVENTS, "", []) },
  );
});
afterEach(() => social.discard());

/** For the examples of all connect requests: a game that is set up for every provider. */
let connecting: TestApp;
let standIns: StandIns;
beforeAll(async () => {
  standIns = await startStandIns(() => new FakeClock().now());
  connecting = await startTestApp({ game: testGame([], { integrations: standIns.integrations }) });
});
afterAll(() => Promise.all([connecting.discard(), standIns.close()]));

const nobody = async () => ({ by: await social.app.client() });

async function player(displayName = "Ada"): Promise<TestClient> {
  const client = await social.app.client();
  await ok(client.request("DeviceAuthenticationRequest", { deviceId: displayName, deviceOS: "IOS", displayName }));
  return client;
}

const ada: Given = async () => ({ by: await player() });

/** Ada, who has Facebook friends: Grace, who plays and is online, and Edsger, who does not. */
const adaOfFacebook: Given = async () => {
  const end = Date.UTC(2026, 11, 24, 18) / 1000;
  social.facebook.addUser({ id: "10002", name: "Grace", accessTokens: ["grace"] });
  social.facebook.addUser({
    ...{ id: "10001", name: "Ada", accessTokens: ["ada"], expiresAt: end },
    friends: ["10002", { id: "10003", name: "Edsger" }],
  });
  await ok((await social.app.client()).request("FacebookConnectRequest", { accessToken: "grace" }));
  const by = await player();
  await ok(by.request("FacebookConnectRequest", { accessToken: "ada" }));
  return { by };
};

/** Ada, to whom a message was sent. */
function message(extCode: string | undefined, data: AnyFrame | undefined, status?: string) {
  return async () => {
    const by = await player();
    const { service, stores } = social.app.services;
    const outbox = service(Messages).outbox("preview");
    outbox.send(scriptMessage({ to: [by.userId as PlayerId], data, extCode, overrides: {} }));
    await (await stores.open("preview")).transaction((tx) => service(Messages).write(outbox, tx));
    const messageId = outbox.copies[0]!._id.toHexString();
    service(Messages).deliver(outbox);
    await by.next((frame) => frame["messageId"] === messageId);
    await service(Messages).settled();
    if (status !== undefined) await ok(by.request("UpdateMessageRequest", { messageId, status }));
    return { by, fields: { messageId } };
  };
}
const gift = message("GIFT", { gold: 5 });
const readGift = message("GIFT", { gold: 5 }, "read");
const only =
  (given: ReturnType<typeof message>): Given =>
  async () => ({ by: (await given()).by });

/** Ada's challenge, and who sends the example. */
function challenge(sender: "ada" | "grace", fields: AnyFrame = {}, then: "accepted" | "" = "") {
  return async () => {
    const [ada, grace] = [await player("Ada"), await player("Grace")];
    const wanted = { challengeShortCode: "DUEL", usersToChallenge: [grace.userId], endTime: END, ...fields };
    const { challengeInstanceId } = await ok(ada.request("CreateChallengeRequest", wanted));
    if (then === "accepted") await ok(grace.request("AcceptChallengeRequest", { challengeInstanceId }));
    return { by: sender === "ada" ? ada : grace, fields: { challengeInstanceId } };
  };
}

let users = 0;
/** A user of an external system, whose client sends what the system issued to the game. */
const newcomer =
  (request: string): Given =>
  async () => ({
    by: await connecting.client(),
    fields: await standIns.of(request).logIn(request, { id: `${++users}001`, name: "Ada" }),
  });

const GIVEN: Record<string, Given> = {
  "EndSessionRequest: After ten minutes": async () => {
    const by = await player();
    social.app.clock.advance(TEN_MINUTES_MS);
    return { by };
  },
  "AuthenticationRequest: A registered player": async () => {
    const registered = { userName: "ada", password: "correct horse", displayName: "Ada" };
    await ok((await social.app.client()).request("RegistrationRequest", registered));
    return nobody();
  },
  "DeviceAuthenticationRequest: A device's first use": nobody,
  "RegistrationRequest: A new player": nobody,
  "SocialStatusRequest: Linked to Facebook": adaOfFacebook,
  "AcceptChallengeRequest: An invitation accepted": challenge("grace"),
  "ChatOnChallengeRequest: A word to the others": challenge("ada"),
  "CreateChallengeRequest: A duel with one player": async () => {
    const { userId } = await player("Grace");
    return { by: await player(), fields: { usersToChallenge: [userId] } };
  },
  "DeclineChallengeRequest: An invitation declined": challenge("grace"),
  "FindChallengeRequest: Open to everybody": async () => {
    await challenge("ada", { accessType: "PUBLIC" })();
    return { by: await player("Alan") };
  },
  "GetChallengeRequest: A challenge of the player's": challenge("ada"),
  "JoinChallengeRequest: A challenge that was found": challenge("grace", {
    accessType: "PUBLIC",
    usersToChallenge: [],
  }),
  "ListChallengeRequest: What the player has issued": async () => ({ by: (await challenge("ada")()).by }),
  "ListChallengeTypeRequest: The kinds of a game": ada,
  "LogChallengeEventRequest: A move": challenge("ada", {}, "accepted"),
  "WithdrawChallengeRequest: A challenge withdrawn": challenge("ada"),
  "AccountDetailsRequest: A new player": ada,
  "ChangeUserDetailsRequest: A userName and password for a player of a device": ada,
  "DismissMessageRequest: A message that the player has read": gift,
  "DismissMultipleMessagesRequest: One that exists and one that does not": async () => {
    const { by, fields } = await gift();
    return { by, fields: { messageIds: [fields.messageId, "5f0c1e2ab3d4c5e6f7a8b9ff"] } };
  },
  "GetMessageRequest: A message that the game has marked as read": readGift,
  "ListGameFriendsRequest: One friend, by Facebook": adaOfFacebook,
  "ListInviteFriendsRequest: One friend to invite": adaOfFacebook,
  "ListMessageRequest: The first page": only(gift),
  "ListMessageDetailRequest: Those that the game has marked as read": only(readGift),
  "ListMessageSummaryRequest: The first page": only(message(undefined, undefined)),
  "LogEventRequest: A score": ada,
  "SocialDisconnectRequest: Disconnect from Facebook": adaOfFacebook,
  "UpdateMessageRequest: Marked as read": gift,
};

const EXAMPLES = [...requests.values()].flatMap(({ name, examples }) =>
  examples.map((example) => ({ name, label: `${name}: ${example.title}`, example })),
);

const isConnectRequest = (name: string) => providers.some((provider) => provider.requests.includes(name));

it.each(EXAMPLES)("$label", async ({ name, label, example }) => {
  const given = isConnectRequest(name) ? newcomer(name) : GIVEN[label];
  if (!given) throw new Error(`GIVEN has no row for the example ${label}.`);
  const { by, fields = {} } = await given();
  const made = Object.keys(fields).filter((field) => !Object.hasOwn(example.request, field));
  expect(made, "fields that the example does not have").toEqual([]);
  const { requestId: _, ...response } = await by.request(name, { ...example.request, ...fields });
  expect(comparable(response)).toEqual(comparable(example.response));
});

it("each row is for an example that exists", () => {
  const labels = EXAMPLES.filter(({ name }) => !isConnectRequest(name)).map(({ label }) => label);
  expect(Object.keys(GIVEN).sort()).toEqual(labels.sort());
});

/** Without what differs each time: ids, tokens, times and the addresses of stand-ins. */
function comparable(response: AnyFrame): AnyFrame {
  const text = JSON.stringify(response)
    .replace(/\b[0-9a-f]{24}\b/g, "<id>")
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<token>")
    .replace(/"http:[^"]*"/g, '"<url>"')
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\dZ/g, "<time>");
  return JSON.parse(text);
}
