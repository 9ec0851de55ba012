import { Type } from "@sinclair/typebox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventsOf } from "../../src/game/events.ts";
import { declared } from "../../src/server/declared.ts";
import { startTestApp, type TestApp, testGame } from "../support/app.ts";
import type { TestClient } from "../support/client.ts";
import { signIn, testRequest, withRequests } from "./support.ts";

describe("the declared part of a request", () => {
  const schema = Type.Object({
    name: Type.Optional(Type.String()),
    place: Type.Optional(Type.Object({ latitude: Type.Number() })),
    places: Type.Optional(Type.Array(Type.Object({ city: Type.String() }))),
    anything: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  });

  it.each([
    [{ name: "a", more: 1 }, { name: "a" }],
    [{ place: { latitude: 1, $gt: 2 } }, { place: { latitude: 1 } }],
    [{ places: [{ city: "a", $ne: 1 }, { city: "b" }] }, { places: [{ city: "a" }, { city: "b" }] }],
    [{ anything: { a: { $gt: 1 } } }, { anything: { a: { $gt: 1 } } }],
    [{ toString: "a", hasOwnProperty: "b" }, {}],
    [Object.create({ name: "inherited" }), {}],
  ])("of %j is %j", (given, expected) => expect(declared(schema, given)).toEqual(expected));
});

describe("handlers and scripts", () => {
  let app: TestApp;
  let client: TestClient;
  const fields = Type.Object({ eventKey: Type.String(), id: Type.Optional(Type.String()) });
  const echo = testRequest({
    name: "EchoAllRequest",
    fields,
    complete: ({ game }, { eventKey }, sent) => ({
      eventKey: { $ne: eventKey },
      added: game.events.size,
      ATTRIBUTE: sent["ATTRIBUTE"],
    }),
    handle: async (_context, request) => ({ response: { request } }),
  });
  const plain = testRequest({ name: "EchoPlainRequest", fields, handle: echo.handle as never });

  beforeAll(async () => {
    const source = "Spark.setScriptData('data', Spark.getData());";
    const embeddedScripts = [
      { type: "request", shortCode: "EchoAllRequest", source },
      { type: "request", shortCode: "EchoPlainRequest", source },
      { type: "event-challenge", shortCode: "TRAP", source: "" },
    ];
    const attributes = [{ shortCode: "challengeInstanceId", dataType: "json", defaultValue: "none" }];
    const events = eventsOf([{ shortCode: "TRAP", "~attributes": attributes }], "", []);
    app = await startTestApp({
      game: testGame([], { embeddedScripts, events }),
      requests: withRequests(echo, plain),
      config: { scriptTimeoutMs: 20_000 },
    });
    client = await app.client();
    await signIn(client);
  });
  afterAll(() => app.discard());

  const sent = { eventKey: 12, id: null, more: { $gt: "" }, ATTRIBUTE: { $gt: "" } };

  it("the handler sees declared, converted fields; the script sees the request as sent", async () => {
    const { request, scriptData } = await client.request("EchoPlainRequest", sent);
    expect(request).toEqual({ eventKey: "12" });
    expect(scriptData.data).toMatchObject(sent);
  });

  it("both see additions from the game's configuration, which never replace declared fields for the handler", async () => {
    const { request, scriptData } = await client.request("EchoAllRequest", sent);
    expect(request).toEqual({ eventKey: "12", added: 1, ATTRIBUTE: { $gt: "" } });
    expect(scriptData.data).toMatchObject({ ...sent, eventKey: { $ne: "12" }, added: 1 });
  });

  it("an event's attribute named like a field does not become that field", async () => {
    const { error } = await client.request("LogChallengeEventRequest", {
      eventKey: "TRAP",
      challengeInstanceId: { $gt: "" },
    });
    expect(error).toMatchObject({ challengeInstanceId: "INVALID" });
  });
});
