import { afterAll, beforeAll, expect, it } from "vitest";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { contentOf } from "../../../src/game/content.ts";
import { objectIdOf, type PlayerId } from "../../../src/ids.ts";
import type { AnyFrame, TestClient } from "../../support/client.ts";
import { ok, type SocialApp, startSocialApp } from "../../support/social.ts";

const CURRENCIES = [
  { shortCode: "GEMS", name: "Gems", signupBonus: 7 },
  { shortCode: "GOLD-2", name: "Gold", signupBonus: "3" },
  { shortCode: "DUST", name: "Dust" },
  { shortCode: "DEBT", name: "Debt", signupBonus: -5 },
  { shortCode: "currency1", name: "One of the six", signupBonus: 50 },
  { shortCode: "a.b", name: "No name of a member", signupBonus: 5 },
];

let social: SocialApp;
beforeAll(async () => {
  const embeddedScripts = [
    { type: "event", shortCode: "OWNS", source: "Spark.setScriptData('it', Spark.getPlayer().getAllBalances());" },
  ];
  const content = contentOf({ "~currencies": CURRENCIES }, "", []);
  social = await startSocialApp({}, { ...content, embeddedScripts, newPlayerCurrencies: [2, 0, 0, 0, 0, 0] });
});
afterAll(() => social.discard());

const CREATES: [how: string, create: (client: TestClient) => Promise<AnyFrame>][] = [
  [
    "registration",
    (client) => client.request("RegistrationRequest", { userName: "ada", password: "pw", displayName: "" }),
  ],
  ["a device", (client) => client.request("DeviceAuthenticationRequest", { deviceId: "d", deviceOS: "IOS" })],
  ["a profile", (client) => client.request("FacebookConnectRequest", { accessToken: social.facebookUser("bonus") })],
];

it.each(CREATES)("a player of %s is given the bonus of each currency, once", async (_how, create) => {
  const client = await social.app.client();
  const { userId } = await ok(create(client));
  const { scriptData } = await ok(client.request("LogEventRequest", { eventKey: "OWNS" }));
  expect(scriptData?.it).toMatchObject({ currency1: 2, GEMS: 7, "GOLD-2": 3 });
  const players = accounts(await social.app.services.stores.open("preview")).players;
  const stored = () => players.findOne({ _id: objectIdOf(userId as PlayerId) });
  expect((await stored())?.otherCurrencies).toEqual({ GEMS: 7, "GOLD-2": 3 });
  if (_how !== "registration") await ok(create(await social.app.client()));
  expect((await stored())?.otherCurrencies).toEqual({ GEMS: 7, "GOLD-2": 3 });
});
