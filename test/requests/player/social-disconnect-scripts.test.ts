import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { objectIdOf, type PlayerId } from "../../../src/ids.ts";
import { API_KEY, SERVER_SECRET } from "../../support/app.ts";
import { type AnyFrame, TestClient } from "../../support/client.ts";
import { ok, type SocialApp, startSocialApp } from "../../support/social.ts";

/** Each takes the fields of the request from its event's attribute and answers the response. */
const FIELDS = "var fields = Spark.getData().fields;";
const SCRIPTS: Record<string, string> = {
  JSON: `${FIELDS} fields["@class"] = ".SocialDisconnectRequest"; var it = Spark.sendRequest(fields);`,
  JSON_AS: `${FIELDS} fields["@class"] = ".SocialDisconnectRequest";
    var it = Spark.sendRequestAs(fields, Spark.getPlayer().getPlayerId());`,
  SEND: `${FIELDS} var r = new SparkRequests.SocialDisconnectRequest(); for (var k in fields) r[k] = fields[k]; var it = r.Send();`,
  EXECUTE: `${FIELDS} var r = new SparkRequests.SocialDisconnectRequest(); for (var k in fields) r[k] = fields[k]; var it = r.Execute();`,
};

type Door = (client: TestClient, fields: Record<string, unknown>) => Promise<AnyFrame>;
const byScript =
  (eventKey: string): Door =>
  async (client, fields) =>
    (await ok(client.request("LogEventRequest", { eventKey, fields })))["scriptData"].it;

let social: SocialApp;
beforeAll(async () => {
  const embeddedScripts = Object.entries(SCRIPTS).map(([shortCode, source]) => ({
    type: "event",
    shortCode,
    source: `${source} Spark.setScriptData("it", it);`,
  }));
  social = await startSocialApp({}, { embeddedScripts });
});
afterAll(() => social.discard());

/** Every caller and every way in gets the same rule. */
const DOORS: [name: string, door: Door][] = [
  [
    "the socket",
    async (client, fields) => {
      const { requestId: _, ...response } = await client.request("SocialDisconnectRequest", fields);
      return response;
    },
  ],
  [
    "REST",
    async (client, fields) => {
      const url = `${social.app.httpUrl}/rs/server/${encodeURIComponent(SERVER_SECRET)}/SocialDisconnectRequest`;
      const body = JSON.stringify({ ...fields, playerId: client.userId });
      return (await (await fetch(url, { method: "POST", body })).json()) as AnyFrame;
    },
  ],
  [
    "a server's socket",
    async (client, fields) => {
      const server = await TestClient.connect(`${social.app.url}/ws/server/${API_KEY}`, { secret: SERVER_SECRET });
      const { requestId: _, ...response } = await server.request("SocialDisconnectRequest", {
        ...fields,
        playerId: client.userId,
      });
      server.socket.terminate();
      return response;
    },
  ],
  ["Spark.sendRequest", byScript("JSON")],
  ["Spark.sendRequestAs", byScript("JSON_AS")],
  ["SparkRequests, sent", byScript("SEND")],
  ["SparkRequests, executed", byScript("EXECUTE")],
];

describe.each(DOORS)("SocialDisconnectRequest by %s", (name, disconnect) => {
  const token = (who: string, friends: string[] = []) =>
    social.facebookUser(
      `${who} ${name}`,
      friends.map((friend) => `${friend} ${name}`),
    );
  const connect = (client: TestClient, accessToken: string) =>
    ok(client.request("FacebookConnectRequest", { accessToken }));
  const answer = { "@class": ".SocialDisconnectResponse" };

  it("takes the account, its token and its friends away, on both sides", async () => {
    const [ada, grace] = [await social.device(), await social.device()];
    await connect(grace, token("grace", ["ada"]));
    await connect(ada, token("ada", ["grace"]));
    const friends = async (client: TestClient) => (await ok(client.request("ListGameFriendsRequest")))["friends"];
    expect([(await friends(ada)).length, (await friends(grace)).length]).toEqual([1, 1]);

    expect(await disconnect(ada, { systemId: "FB" })).toEqual(answer);
    expect([await friends(ada), await friends(grace)]).toEqual([[], []]);
    const store = social.app.services.stores.opened("preview")!;
    const playerId = objectIdOf(ada.userId as PlayerId);
    expect(await accounts(store).links.countDocuments({ playerId })).toBe(0);
    expect(await ada.request("AccountDetailsRequest")).toMatchObject({ userId: ada.userId, externalIds: {} });
    expect(await grace.request("AccountDetailsRequest")).toMatchObject({ externalIds: { FB: `grace ${name}` } });
  });

  it.each([
    ["no systemId", {}, { systemId: "REQUIRED" }],
    ["a system that is not connected", { systemId: "GC" }, { systemId: "NOT_CONNECTED" }],
  ])("refuses %s", async (_, fields, error) => {
    expect(await disconnect(await social.device(), fields)).toEqual({ ...answer, error });
  });

  it("refuses until the player has a login of its own, and changes nothing", async () => {
    const client = await social.app.client();
    await connect(client, token("only"));
    const stays = async (error: Record<string, unknown>) => {
      expect(await disconnect(client, { systemId: "FB" })).toEqual({ ...answer, error });
      expect((await client.request("AccountDetailsRequest")).externalIds).toEqual({ FB: `only ${name}` });
    };
    await stays({ userName: "CHANGE_REQUIRED" });
    await ok(client.request("ChangeUserDetailsRequest", { userName: `only ${name}` }));
    await stays({ password: "NOT_SET" });
    await ok(client.request("ChangeUserDetailsRequest", { newPassword: "password" }));
    expect(await disconnect(client, { systemId: "FB" })).toEqual(answer);
  });
});
