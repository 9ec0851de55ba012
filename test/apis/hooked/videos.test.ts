import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HookedApp, startHookedApp, VIDEO_URL } from "./support.ts";

let world: HookedApp;
beforeAll(async () => {
  world = await startHookedApp();
});
afterAll(() => world.app.discard());

it("addVideo adds a video by its URL, and listVideos lists those of the team, newest first", async () => {
  const tenant = await world.tenant("Videos");
  const add = async (body: object) => (await world.hooked("POST", "/v1/video", { key: tenant.key, body })).body.data;
  const first = await add({ url: `${VIDEO_URL}?v=1` });
  expect(first).toEqual({
    id: expect.stringMatching(/^vid_[0-9a-z]{20}$/),
    name: "trailer.mp4",
    url: `${VIDEO_URL}?v=1`,
    thumbnail: null,
    durationInSeconds: null,
    status: "completed",
    createdAt: expect.stringMatching(/\.\d{3}Z$/),
  });
  world.app.clock.advance(1_000);
  const thumbnail = "https://media.example/t.png";
  const second = await add({ url: VIDEO_URL, name: "Trailer", thumbnail, durationInSeconds: 61.5, other: 1 });
  expect(second).toMatchObject({ name: "Trailer", thumbnail, durationInSeconds: 61.5 });
  const list = async (query: Record<string, string> = {}) =>
    (await world.hooked("GET", "/v1/video/list", { key: tenant.key, query })).body.data;
  expect(await list()).toEqual({ videos: [second, first], total: 2, limit: 50, offset: 0 });
  expect(await list({ limit: "1", offset: "1" })).toEqual({ videos: [first], total: 2, limit: 1, offset: 1 });
  expect((await world.hooked("GET", "/v1/video/list")).body.data.videos).toEqual([]);
});

describe("addVideo refuses", () => {
  it.each([
    ["no URL", {}, "url"],
    ["no text as URL", { url: { $gt: "" } }, "url"],
    ["http", { url: "http://media.example/v.mp4" }, "url"],
    ["another scheme", { url: "file:///etc/passwd" }, "url"],
    ["no host", { url: "https:///v.mp4" }, "url"],
    ["a user name", { url: "https://ada@media.example/v.mp4" }, "url"],
    ["a space", { url: "https://media.example/a b" }, "url"],
    ["a URL that is too long", { url: `https://media.example/${"x".repeat(2_000)}` }, "url"],
    ["an empty name", { url: VIDEO_URL, name: "" }, "name"],
    ["a thumbnail that is no URL", { url: VIDEO_URL, thumbnail: "t.png" }, "thumbnail"],
    ["a negative duration", { url: VIDEO_URL, durationInSeconds: -1 }, "durationInSeconds"],
  ])("%s", async (_, body, field) => {
    const refused = await world.hooked("POST", "/v1/video", { body });
    expect(refused).toMatchObject({ status: 400, body: { code: "invalid_request", details: { field } } });
  });
});
