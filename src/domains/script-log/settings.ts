import { whole } from "../../setting.ts";

export const scriptLogSettings = {
  scriptLogKept: whole("Number of script log lines kept per stage in the runtime collection log. 0: none.", 10_000, 0),
};
