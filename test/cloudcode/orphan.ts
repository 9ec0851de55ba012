import { withScripts } from "./support.ts";

/** A server whose scripts loop; prints the process ids of its script hosts and stays until it is killed. */
const hosts = await withScripts({ loops: "for (;;) {}", fine: "1" }, { timeoutMs: 60_000 });
const first = await hosts.run("fine").then(() => hosts.event("ready"));
const second = await hosts.event("ready");
void hosts.run("loops");
await hosts.run("fine");
process.stdout.write(`${JSON.stringify([first.pid, second.pid])}\n`);
setInterval(() => {}, 1_000);
