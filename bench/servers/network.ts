import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "../support/program.ts";

/** A social network that responds after a while and notes when each post arrived. The text of a post is its due time. */
const LATENCY_MS = 50;
const posts = new Map<string, { id: string; count: number }>();
let lateness: number[] = [];
let firstAt = 0;
let lastAt = 0;

const server = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => {
    text += chunk;
  });
  request.on("end", () => {
    let status = 200;
    let found: { id: string } | undefined;
    if (request.method === "GET") found = posts.get(new URL(request.url!, "http://network").searchParams.get("key")!);
    else {
      const { key, text: due } = JSON.parse(text) as { key: string; text: string };
      const post = posts.get(key) ?? { id: `p${posts.size}`, count: 0 };
      post.count += 1;
      posts.set(key, post);
      lastAt = Date.now();
      firstAt ||= lastAt;
      lateness.push(lastAt - Number(due));
      found = post;
      status = 201;
    }
    const body = JSON.stringify(found ? { id: found.id } : {});
    setTimeout(() => response.writeHead(status, { "content-type": "application/json" }).end(body), LATENCY_MS);
  });
});
server.keepAliveTimeout = 60_000;
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

/** What arrived since the last call, and forgets it. */
function results() {
  const counts = [...posts.values()].map(({ count }) => count);
  const result = {
    posts: counts.length,
    doubled: counts.filter((count) => count > 1).length,
    lateness,
    seconds: (lastAt - firstAt) / 1000,
  };
  posts.clear();
  lateness = [];
  firstAt = 0;
  return result;
}

serve(
  {
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived: () => posts.size,
    results,
  },
  () => {
    server.closeAllConnections();
    server.close();
  },
);
