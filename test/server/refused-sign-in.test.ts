import { afterAll, beforeAll, expect, it } from "vitest";
import { accountRefusals } from "../../src/domains/accounts/index.ts";
import { RequestError } from "../../src/errors.ts";
import { StoreError } from "../../src/store/errors.ts";
import type { Store } from "../../src/store/store.ts";
import { startTestApp, type TestApp } from "../support/app.ts";
import { engines, type OpenStore } from "../support/stores.ts";

let opened: OpenStore;
let app: TestApp;
/** What a transaction fails with when its work is done, where it is to fail. */
let failure: Error | undefined;
beforeAll(async () => {
  opened = await engines[0]!.open();
  const { store } = opened;
  const failing: Store = {
    collection: (name) => store.collection(name),
    transaction: (work) =>
      store.transaction(async (tx) => {
        const result = await work(tx);
        if (failure) throw failure;
        return result;
      }),
    ping: () => store.ping(),
    close: async () => {},
  };
  app = await startTestApp({ openStore: async () => failing, ticks: false });
});
afterAll(async () => {
  await app.discard();
  await opened.discard();
});

it.each([
  ["finds the server busy", new StoreError("UNAVAILABLE", "the disk")],
  ["fails", new Error("the disk")],
  ["is refused", new RequestError(accountRefusals.USERNAME.TAKEN)],
])("a registration that %s at its end signs in nobody and can be repeated", async (what, error) => {
  const client = await app.client();
  const request = { userName: what, displayName: what, password: "password" };
  failure = error;
  const refused = await client.request("RegistrationRequest", request);
  failure = undefined;
  expect(Object.keys(refused).sort()).toEqual(["@class", "error", "requestId"]);
  expect((await client.request("AccountDetailsRequest")).error).toMatchObject({ authentication: "NOTAUTHORIZED" });
  expect(await client.request("RegistrationRequest", request)).toMatchObject({ authToken: expect.any(String) });
});
