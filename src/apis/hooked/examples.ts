/** Ids of the examples. Those of one run of the tests replace them. */
export const EXAMPLE = {
  integration: "int_youtube_4f1c8f5a2f6b4c0e9a3d7b1e5c2d8f90",
  channel: "UC0aBcDeFgHiJkLmNoPqRsTu",
  schedule: "post_Zk3fQm7RtYb1WcX9uLs2",
  video: "vid_0k3fqm7rtyb1wcx9uls2",
} as const;
export const EXAMPLE_EARLIER = "2026-11-30T18:00:00.000Z";
export const EXAMPLE_TIME = "2026-12-24T18:00:00.000Z";

export const EXAMPLE_ACCOUNT = {
  id: EXAMPLE.channel,
  name: "Ada",
  username: "ada",
  avatarUrl: null,
} as const;
