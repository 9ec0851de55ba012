import { FormatRegistry } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apis } from "../../src/apis/index.ts";
import { requestOf } from "../support/api-examples.ts";
import { type ApisApp, startApisApp } from "../support/apis.ts";
import { arrangements } from "./arrangements.ts";

/**
 * Every example of every route is sent, and its response must be that of the example, but for ids and times. Each is sent for
 * a tenant of its own.
 */
let world: ApisApp;
beforeAll(async () => {
  FormatRegistry.Set("date-time", (text) => !Number.isNaN(Date.parse(text)));
  world = await startApisApp({
    config: { apiReadsPerMinute: 100_000, apiWritesPerMinute: 100_000, scriptHttpPrivateNetworks: "127.0.0.1,::1" },
  });
});
afterAll(() => world.discard());

/** The URL of a page on which accounts are connected: its host and token are those of one run. */
const CONNECT_URL = /^https?:\/\/[^/]+\/connect\/session\/\w+_(live|test)_[\w-]{43}/;

/** Texts without spaces that are longer than words are ids and times. */
function comparable(value: unknown): unknown {
  if (typeof value === "string" && CONNECT_URL.test(value)) return value.replace(CONNECT_URL, "a connect URL");
  if (typeof value === "string") return /^\S{16,}$/.test(value) && !value.includes("://") ? "an id or a time" : value;
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, comparable(member)]));
}

describe.each(apis)("the $name API", (api) => {
  const examples = api.routes.flatMap((route) =>
    route.examples.map((example) => ({ name: route.name, title: example.title, route, example })),
  );

  it.each(examples)("$name: $title", async ({ route, example }) => {
    const mine = await world.tenant("Example Studio");
    const own = { ...world, mine };
    const { method, path, ...sent } = requestOf(
      api,
      route,
      example,
      await arrangements[api.name]![route.name]!(own, example),
      mine.key,
    );
    const { status, body, headers } = await world.send(method, path, sent);
    expect({ status, body: comparable(body) }).toEqual({ status: example.status, body: comparable(example.response) });
    const schema = example.status < 400 ? route.response : api.errorSchema!;
    expect([...Value.Errors(schema, body)]).toEqual([]);
    expect([...Value.Errors(schema, example.response)]).toEqual([]);
    expect(headers.get("x-request-id")).toMatch(/^req_[0-9a-z]{26}$/);
  });
});
