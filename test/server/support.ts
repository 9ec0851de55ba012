import { type TObject, Type } from "@sinclair/typebox";
import { RequestError } from "../../src/errors.ts";
import { type AnyRequest, defineRequest, type PlayerDefinition } from "../../src/requests/definition.ts";
import { requests } from "../../src/requests/index.ts";
import type { TestApp } from "../support/app.ts";
import type { TestClient } from "../support/client.ts";

const plain = {
  category: "misc",
  description: "For tests.",
  response: Type.Object({}),
  errors: [],
  examples: [],
} as const;

/** A request for tests; what it does not say is the least there can be. */
export function testRequest(
  definition: Pick<PlayerDefinition<TObject, TObject, unknown>, "name" | "handle"> &
    Partial<Omit<PlayerDefinition<TObject, TObject, unknown>, "caller">> & { caller?: "anyone" | "player" },
): AnyRequest {
  const { name } = definition;
  const whole = {
    ...plain,
    responseName: name.replace(/Request$/, "Response"),
    caller: "player",
    work: "read",
    fields: Type.Object({}),
    ...definition,
  };
  return defineRequest(whole as PlayerDefinition<TObject, TObject, unknown>);
}

/** Answers the fields that it was sent, as they are after conversion. */
export const echo = testRequest({
  name: "EchoRequest",
  caller: "anyone",
  fields: Type.Object({
    count: Type.Integer(),
    name: Type.Optional(Type.String()),
    flag: Type.Optional(Type.Boolean()),
    ids: Type.Optional(Type.Array(Type.String())),
    place: Type.Optional(Type.Object({ latitude: Type.Number() })),
    anything: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
  handle: async (_context, { count, name, flag, ids, place, anything }) => ({
    response: { count, name, flag, ids, place, anything },
  }),
});

/** Adds one to the player's count, then does what the fields say. */
export const count = testRequest({
  name: "CountRequest",
  work: "write",
  fields: Type.Object({ afterwards: Type.Optional(Type.String()) }),
  async handle({ documents, player }, { afterwards }) {
    const counts = documents.collection<{ _id: string; count: number }>("testCount");
    const after = await counts.findOneAndUpdate(
      { _id: player },
      { $inc: { count: 1 } },
      { upsert: true, returnDocument: "after" },
    );
    if (afterwards === "refuse") throw RequestError.ofPairs({ COUNT: "REFUSED" }, { count: after?.count });
    if (afterwards === "fail") throw new Error("the password is hunter2");
    return { response: { count: after?.count } };
  },
});

export const countOf = async (app: TestApp, player: string): Promise<number> => {
  const found = await app.services.stores
    .opened("preview")
    ?.collection<{ _id: string; count: number }>("testCount")
    .findOne({ _id: player });
  return found?.count ?? 0;
};

/** A request that waits until the test releases it. */
export function gated(name = "WaitRequest") {
  const waiting: (() => void)[] = [];
  let arrived: () => void = () => {};
  const request = testRequest({
    name,
    fields: Type.Object({ n: Type.Optional(Type.Integer()) }),
    async handle(_context, { n }) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        arrived();
      });
      return { response: { n } };
    },
  });
  return {
    request,
    /** How many wait now. */
    get waiting() {
      return waiting.length;
    },
    /** Until so many wait. */
    async until(count: number) {
      while (waiting.length < count)
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
    },
    /** Lets the first of them continue. */
    release: () => waiting.shift()?.(),
  };
}

/** The server's requests and further ones. */
export const withRequests = (...further: AnyRequest[]): ReadonlyMap<string, AnyRequest> =>
  new Map([...requests, ...further.map((r) => [r.name, r] as const)]);

/** Signs a device's player in, making it if need be. */
export async function signIn(client: TestClient, deviceId = "device-1"): Promise<string> {
  const { userId, error } = await client.request("DeviceAuthenticationRequest", { deviceId, deviceOS: "IOS" });
  if (error) throw new Error(JSON.stringify(error));
  return userId;
}
