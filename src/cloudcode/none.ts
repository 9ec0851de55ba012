import type { CloudCode } from "./cloudcode.ts";

export const noCloudCode: CloudCode = {
  has: () => false,
  run: () => Promise.reject(new Error("there are no scripts")),
  problems: () => [],
  close: async () => {},
};
