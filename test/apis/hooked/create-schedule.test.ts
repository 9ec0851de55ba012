import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listAudit } from "../../../src/domains/audit/index.ts";
import { addLinkAccount, type SocialAccountDocument, social } from "../../../src/domains/social/index.ts";
import { newPlayerId } from "../../../src/ids.ts";
import { addVideoOf, HOUR_MS, type HookedApp, integrationIdOf, startHookedApp, VIDEO_URL } from "./support.ts";

let world: HookedApp;
let youtube: SocialAccountDocument;
let videoId: string;
beforeAll(async () => {
  world = await startHookedApp();
  youtube = await world.account(world.mine, "youtube");
  videoId = await addVideoOf(world, world.mine);
});
afterAll(() => world.app.discard());

const inMs = (ms: number) => new Date(world.app.clock.now() + ms).toISOString();
const valid = (more: object = {}) => ({
  videoId,
  integrationId: integrationIdOf(youtube),
  scheduledDateTime: inMs(HOUR_MS),
  platformData: { title: "The harbour race", description: "Out now." },
  ...more,
});
const create = (body: object) => world.hooked("POST", "/v1/schedule/create", { body });
const get = (id: string) => world.hooked("GET", `/v1/schedule/${id}`);
const storedOf = (id: string) => social(world.store).posts.findOne({ _id: id.slice("post_".length) });
const invalid = (field: string) => ({ status: 400, body: { code: "invalid_request", details: { field } } });

describe("createSchedule", () => {
  it("stores a post that is sent when its time comes", async () => {
    const body = valid();
    const created = await create(body);
    const { scheduleId } = created.body.data;
    expect(created).toMatchObject({
      status: 200,
      body: {
        success: true,
        data: {
          scheduleId: expect.stringMatching(/^post_[0-9A-Za-z]{20}$/),
          status: "pending",
          scheduledDateTime: body.scheduledDateTime,
          platform: "youtube",
          videoId,
        },
      },
    });
    expect(await storedOf(scheduleId)).toMatchObject({
      api: "hooked",
      status: "queued",
      due: new Date(body.scheduledDateTime),
      text: "Out now.",
      media: [{ url: VIDEO_URL, kind: "video" }],
      options: { youtube: { title: "The harbour race", visibility: "public" } },
      targets: [{ accountId: youtube._id, status: "queued" }],
    });
    const [record] = await listAudit(world.store, { action: "post.scheduled", subject: scheduleId.slice(5), limit: 1 });
    expect(record).toMatchObject({ door: "hooked" });
  });

  it("takes a time with an offset, and returns it in UTC with milliseconds", async () => {
    const { body } = await create(valid({ scheduledDateTime: "2026-12-24T19:00:00+01:00" }));
    expect(body.data.scheduledDateTime).toBe("2026-12-24T18:00:00.000Z");
  });

  it("passes on what the platform knows, and ignores what it does not", async () => {
    const platformData = { title: "t", tags: ["a", "b"], privacyStatus: "unlisted", madeForKids: true, x: 1 };
    const { body } = await create(valid({ platformData }));
    const { x: _, ...kept } = platformData;
    expect((await get(body.data.scheduleId)).body.data.platformData).toEqual(kept);
    expect((await storedOf(body.data.scheduleId))!.options).toEqual({
      youtube: { title: "t", tags: ["a", "b"], visibility: "unlisted", madeForKids: true },
    });
  });

  it("takes the title as text where a post has none", async () => {
    const tiktok = await world.account(world.mine, "tiktok");
    const { body } = await create(valid({ integrationId: integrationIdOf(tiktok), platformData: { title: "Now" } }));
    expect(await storedOf(body.data.scheduleId)).toMatchObject({ text: "Now" });
  });

  const long = "x".repeat(5_001);
  it.each<[string, () => object | Promise<object>, string]>([
    ["no video", () => ({ videoId: undefined }), "videoId"],
    ["an operator as video", () => ({ videoId: { $gt: "" } }), "videoId"],
    ["no integration", () => ({ integrationId: undefined }), "integrationId"],
    ["no time", () => ({ scheduledDateTime: undefined }), "scheduledDateTime"],
    ["a time without zone", () => ({ scheduledDateTime: "2026-12-24T18:00:00" }), "scheduledDateTime"],
    ["a date", () => ({ scheduledDateTime: "2026-12-24" }), "scheduledDateTime"],
    ["February 30", () => ({ scheduledDateTime: "2027-02-30T18:00:00Z" }), "scheduledDateTime"],
    ["25 o'clock", () => ({ scheduledDateTime: "2026-12-24T25:00:00Z" }), "scheduledDateTime"],
    ["February 30 with an offset", () => ({ scheduledDateTime: "2027-02-30T18:00:00-11:00" }), "scheduledDateTime"],
    ["the past", () => ({ scheduledDateTime: inMs(-1) }), "scheduledDateTime"],
    ["now", () => ({ scheduledDateTime: inMs(0) }), "scheduledDateTime"],
    ["a long title", () => ({ platformData: { title: "x".repeat(101) } }), "platformData.title"],
    ["a long description", () => ({ platformData: { title: "t", description: long } }), "platformData.description"],
    ["too many tags", () => ({ platformData: { title: "t", tags: Array(31).fill("a") } }), "platformData.tags"],
    ["a tag that is no text", () => ({ platformData: { title: "t", tags: [{}] } }), "platformData.tags.0"],
    ["an unknown privacy", () => ({ platformData: { title: "t", privacyStatus: "x" } }), "platformData.privacyStatus"],
    ["no boolean", () => ({ platformData: { title: "t", madeForKids: "no" } }), "platformData.madeForKids"],
    ["a list as data", () => ({ platformData: [] }), "platformData"],
    ["what YouTube refuses: no title", () => ({ platformData: { description: "d" } }), "platformData"],
    ["what YouTube refuses: a bracket", () => ({ platformData: { title: "t", description: "<b>" } }), "platformData"],
    [
      "a description that is long for TikTok",
      async () => ({
        integrationId: integrationIdOf(await world.account(world.mine, "tiktok")),
        platformData: { description: "x".repeat(2_201) },
      }),
      "platformData.description",
    ],
    [
      "a private post on Instagram",
      async () => ({
        integrationId: integrationIdOf(await world.account(world.mine, "instagram")),
        platformData: { description: "d", privacyStatus: "private" },
      }),
      "platformData.privacyStatus",
    ],
    [
      "an unlisted post on TikTok",
      async () => ({
        integrationId: integrationIdOf(await world.account(world.mine, "tiktok")),
        platformData: { description: "d", privacyStatus: "unlisted" },
      }),
      "platformData",
    ],
  ])("refuses %s", async (_, more, field) => {
    const before = await social(world.store).posts.countDocuments({});
    expect(await create(valid(await more()))).toMatchObject(invalid(field));
    expect(await social(world.store).posts.countDocuments({})).toBe(before);
  });

  it("refuses a player's link to where no post can go", async () => {
    const { _id: profileId } = world.mine.profile;
    const now = world.app.clock.now();
    const at = { by: { door: "server" as const }, now };
    const link = { player: newPlayerId(), systemId: "GC" as const, externalId: "G:1", displayName: undefined };
    const id = await world.store.transaction((tx) => addLinkAccount(tx, link, at));
    const owner = { profileId, projectId: world.mine.project._id, organizationId: world.mine.organization._id };
    await social(world.store).accounts.updateOne({ _id: id }, { $set: owner });
    const account = (await social(world.store).accounts.findOne({ _id: id }))!;
    expect(await create(valid({ integrationId: integrationIdOf(account) }))).toMatchObject(invalid("integrationId"));
  });

  it("refuses what does not exist or belongs to another team", async () => {
    const theirs = await world.account(world.theirs, "youtube");
    const theirVideo = await addVideoOf(world, world.theirs);
    const gone = await world.account(world.mine, "youtube");
    await world.hooked("DELETE", `/v1/integration/${integrationIdOf(gone)}`);
    const unknown = (type: string) => ({ status: 404, body: { code: "not_found", details: { resource_type: type } } });
    const another = { status: 403, body: { code: "forbidden", details: {} } };
    expect(await create(valid({ integrationId: "int_1" }))).toMatchObject(unknown("Integration"));
    expect(await create(valid({ integrationId: integrationIdOf(gone) }))).toMatchObject(unknown("Integration"));
    expect(await create(valid({ integrationId: integrationIdOf(theirs) }))).toMatchObject(another);
    expect(await create(valid({ videoId: `vid_${"a".repeat(20)}` }))).toMatchObject(unknown("Video"));
    expect(await create(valid({ videoId: `cnt_${"a".repeat(20)}` }))).toMatchObject(unknown("Video"));
    expect(await create(valid({ videoId: theirVideo }))).toMatchObject(another);
  });
});
