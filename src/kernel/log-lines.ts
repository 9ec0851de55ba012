import { Writable } from "node:stream";

/** Where a log goes whose lines are wanted as objects. */
export function intoList(lines: Record<string, unknown>[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      for (const line of String(chunk).split("\n")) if (line !== "") lines.push(JSON.parse(line));
      done();
    },
  });
}
