/** Ids in the examples. */
export const EXAMPLE = {
  account: "sa_0b2f6d3e-5a1c-4e7f-9d2b-8c4a6e1f3b57",
  project: "prj_4k8s1m2q9x7c5v3b6n0z",
  otherProject: "prj_7b3n9w5r1t8y4u2i6o0p",
  organization: "org_2h7d9f4j6k1l8m3n5p0q",
  child: "org_9r4t6y2u8i1o3p7a5s0d",
  content: "cnt_5f8g2h6j1k9l3z7x4c0v",
  post: "sp_Qw3rT7yU1iOp5aSd9FgH",
  key: "1a2b3c4d5e6f7g8h",
  request: "req_7c1z5k9m3x8v2b6n4q0w1e5r7t",
} as const;

export const EXAMPLE_TIME = "2026-12-24T18:00:00.000Z";
export const EXAMPLE_EARLIER = "2026-12-01T09:30:00.000Z";
