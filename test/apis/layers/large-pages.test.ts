import { afterAll, beforeAll, expect, it } from "vitest";
import { type ApisApp, startApisApp } from "../../support/apis.ts";

const MAX_BYTES = 32_768;
let world: ApisApp;
beforeAll(async () => {
  world = await startApisApp({ config: { maxResponseBytes: MAX_BYTES } });
});
afterAll(() => world.discard());

it("pages of large content end early, and together they have all of it once", async () => {
  const path = `/v1/projects/${world.mine.project._id}/content`;
  const { key } = world.mine;
  const created: string[] = [];
  for (let i = 0; i < 9; i++) {
    const body = { caption: "漢".repeat(3_000), name: String(i) };
    created.push((await world.send("POST", path, { key, body })).body.containerId);
  }

  const listed: string[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const query = { limit: "200", ...(cursor !== undefined && { cursor }) };
    const { status, text, body } = await world.send("GET", path, { key, query });
    expect(status).toBe(200);
    expect(Buffer.byteLength(text)).toBeLessThan(MAX_BYTES + 200);
    expect(body.items.length).toBeGreaterThan(0);
    listed.push(...body.items.map(({ containerId }: { containerId: string }) => containerId));
    cursor = body.nextCursor;
  }
  expect(listed).toHaveLength(created.length);
  expect(new Set(listed)).toEqual(new Set(created));
});
