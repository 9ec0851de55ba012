import { whole } from "../../setting.ts";

export const scriptLogSettings = {
  scriptLogKept: whole("Log lines of scripts kept in the runtime collection log, of each stage; 0: none.", 10_000, 0),
};
