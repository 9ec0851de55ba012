import { afterEach, expect, it, vi } from "vitest";
import { DeliveryFolder } from "../../../src/domains/files/folder.ts";
import { fakeScripts } from "../../server/fake-scripts.ts";
import { useDeliveries } from "./support.ts";

const { put, start, state } = useDeliveries();
afterEach(() => void vi.restoreAllMocks());

it("a delivery folder that hangs, as on a network, blocks neither the other stage, nor other jobs, nor a stop", async () => {
  const { list } = DeliveryFolder.prototype;
  const isLive = ({ path }: DeliveryFolder) => path.endsWith("live");
  const spy = vi.spyOn(DeliveryFolder.prototype, "list").mockImplementation(function (this: DeliveryFolder) {
    return isLive(this) ? new Promise(() => {}) : list.call(this);
  });
  const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
  const app = await start({ cloudCode, ticks: true, config: { drainTimeoutMs: 100, deliveryQuietMs: 0 } });
  const others = vi.spyOn(app.services.jobs, "poll");
  await expect.poll(() => others.mock.calls.length).toBeGreaterThan(2);
  // The listing of the hanging folder is in progress.
  await put("feed.csv");
  await expect.poll(state).toMatchObject({ waiting: [], processed: ["feed.csv"] });
  expect((spy.mock.contexts as DeliveryFolder[]).filter(isLive)).toHaveLength(1);
  await app.close();
});
