import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { objectIdOf } from "../../../src/ids.ts";
import { startTestApp, type TestApp, testGame } from "../../support/app.ts";
import { ok } from "../../support/social.ts";

describe("AccountDetailsRequest", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ game: testGame([], { newPlayerCurrencies: [10, 0, 0, 0, 0, 6] }) });
  });
  afterAll(() => app.discard());

  it("shows a fresh player", async () => {
    const client = await app.client();
    await ok(client.request("DeviceAuthenticationRequest", { deviceId: "d", deviceOS: "IOS" }));
    expect(await client.request("AccountDetailsRequest")).toEqual({
      "@class": ".AccountDetailsResponse",
      requestId: expect.any(String),
      userId: client.userId,
      achievements: [],
      currency1: 10,
      currency2: 0,
      currency3: 0,
      currency4: 0,
      currency5: 0,
      currency6: 6,
      reservedCurrency1: {},
      reservedCurrency2: {},
      reservedCurrency3: {},
      reservedCurrency4: {},
      reservedCurrency5: {},
      reservedCurrency6: {},
      currencies: {},
      reservedCurrencies: {},
      externalIds: {},
      location: {},
      virtualGoods: {},
    });
  });

  it("shows what the player has, with the protocol's own spelling, and nothing private", async () => {
    const client = await app.client();
    await ok(client.request("DeviceAuthenticationRequest", { deviceId: "e", deviceOS: "IOS", displayName: "Rich" }));
    const $set = {
      location: { country: "GB", city: "York", latitude: 53.9, longitude: -1.08 },
      virtualGoods: { sword: 2 },
      otherCurrencies: { GEMS: 7 },
      achievements: ["first"],
      scriptData: { level: 7 },
      privateData: { secret: true },
    };
    const store = await app.services.stores.open("preview");
    await accounts(store).players.updateOne({ _id: objectIdOf(client.userId as never) }, { $set });
    const details = await client.request("AccountDetailsRequest");
    expect(details).toMatchObject({
      displayName: "Rich",
      location: { country: "GB", city: "York", latitide: 53.9, longditute: -1.08 },
      virtualGoods: { sword: 2 },
      currencies: { GEMS: 7 },
      achievements: ["first"],
      scriptData: { level: 7 },
    });
    expect(JSON.stringify(details)).not.toContain("secret");
  });

  it("refuses who has not signed in", async () => {
    const refused = await (await app.client()).request("AccountDetailsRequest");
    expect(refused["error"]).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });
});
