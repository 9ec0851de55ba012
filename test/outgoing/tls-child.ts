import { createOutgoing } from "../../src/outgoing/outgoing.ts";

/** Sends one request after the other as a server would, and tells what came of each. */
const client = createOutgoing({
  timeoutMs: 10_000,
  maxRequestBytes: 0,
  maxResponseBytes: 1_000,
  privateNetworks: "127.0.0.1",
});
const outcomes: string[] = [];
for (const url of process.argv.slice(2)) {
  outcomes.push(
    await client
      .send({ method: "GET", url, headers: [], timeoutMs: 10_000 })
      .then(({ body }) => body.toString(), String),
  );
}
process.send?.(outcomes);
process.disconnect?.();
