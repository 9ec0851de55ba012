import type { CloudCode } from "./cloudcode.ts";

/** A game without scripts. */
export const noCloudCode: CloudCode = {
  has: () => false,
  run: () => Promise.reject(new Error("there are no scripts")),
  problems: () => [],
  close: async () => {},
};
