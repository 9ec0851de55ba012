import type { ScriptFailure } from "./result.ts";

/** `event/SCORE.js:3:7 Unexpected token` */
export function placed({ file, line, column, message }: ScriptFailure): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return place === "" ? message : `${place} ${message}`;
}
