/** Ids in the examples. */
export const EXAMPLE = {
  post: "Qw3rT7yU1iOp5aSd9FgH",
  refId: "0b2f6d3e5a1c4e7f9d2b8c4a6e1f3b570a1b2c3d",
  profileKey: "Tm9uZSBvZiB0aGVzZSBrZXlzIGlzIGluIHVzZS4x",
  account: "7f3c2a1e-9b8d-4c6f-a5e4-d3c2b1a09f8e",
} as const;

export const EXAMPLE_TIME = "2026-01-02T04:04:05Z";
export const EXAMPLE_NOW = "2026-01-02T03:04:05Z";
const stampOf = (utc: string) => ({ _seconds: Date.parse(utc) / 1000, _nanoseconds: 0, utc });

/** A post that waits for an hour. */
export const EXAMPLE_ENTRY = {
  id: EXAMPLE.post,
  refId: EXAMPLE.refId,
  post: "Hello",
  platforms: ["bluesky"],
  status: "pending",
  type: "scheduled",
  created: EXAMPLE_NOW,
  createDate: stampOf(EXAMPLE_NOW),
  scheduleDate: stampOf(EXAMPLE_TIME),
  mediaUrls: [],
  postIds: [],
  errors: [],
  shortenLinks: false,
};

export const EXAMPLE_CREATED = stampOf(EXAMPLE_NOW);
