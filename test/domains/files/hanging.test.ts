import { afterEach, expect, it, vi } from "vitest";
import { DueChallenges } from "../../../src/domains/challenges/due.ts";
import { DeliveryFolder } from "../../../src/domains/files/folder.ts";
import { useDeliveries } from "./support.ts";

const { start } = useDeliveries();
afterEach(() => void vi.restoreAllMocks());

it("a delivery folder that hangs, as on a network, holds up neither what else is due nor a stop", async () => {
  const list = vi.spyOn(DeliveryFolder.prototype, "list").mockReturnValue(new Promise(() => {}));
  const app = await start({ ticks: true, config: { drainTimeoutMs: 100 } });
  const others = vi.spyOn(app.services.service(DueChallenges), "poll");
  await expect.poll(() => others.mock.calls.length, { timeout: 20_000 }).toBeGreaterThan(2);
  // Once for each stage.
  expect(list).toHaveBeenCalledTimes(2);
  await app.close();
});
