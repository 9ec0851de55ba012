/** The server's own types; nothing of the server's code is in the page. */
export type * from "../../../src/apis/console/types.ts";
