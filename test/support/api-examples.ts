import type { Api } from "../../src/apis/api.ts";
import type { AnyRoute, RouteExample } from "../../src/apis/route.ts";
import type { ApisApp, Received, Sent } from "./apis.ts";

/** What an example relies on. */
export interface Arranged {
  /** The ids in the example, and those that exist in this run. */
  replace?: Record<string, string>;
  /** Instead of the key that may do everything. */
  key?: string;
  headers?: Record<string, string>;
}

/** Makes what the examples of a route rely on, for the tenant `world.mine`. */
export type Arrange = (world: ApisApp, example: RouteExample) => Promise<Arranged>;

/** By route's name. */
export type Arrangements = Readonly<Record<string, Arrange>>;

/** A request as an example describes it, with the ids of this run. */
export function requestOf(
  api: Api,
  route: AnyRoute,
  { params = {}, query = {}, body }: RouteExample,
  { replace = {}, headers = {}, key }: Arranged,
  allKey: string,
): { method: string; path: string; params: Record<string, string> } & Sent {
  const own = <T>(value: T): T => JSON.parse(replaced(JSON.stringify(value), replace));
  const { header, scheme } = api.authentication;
  const text = `${scheme ? `${scheme} ` : ""}${key ?? allKey}`;
  const owned = own(params);
  return {
    method: route.method,
    path: pathOf(api, route, owned),
    params: owned,
    query: own(query),
    headers: { [header]: text, ...headers },
    ...(body !== undefined && { body: own(body) }),
  };
}

export function pathOf({ prefixes }: Api, { path }: AnyRoute, params: Record<string, string>): string {
  return `${prefixes.at(-1)}${path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? "missing")}`;
}

export async function sendExample(
  world: ApisApp,
  api: Api,
  route: AnyRoute,
  example: RouteExample,
  arrange: Arrange,
): Promise<Received> {
  const { method, path, ...sent } = requestOf(api, route, example, await arrange(world, example), world.mine.key);
  return world.send(method, path, sent);
}

function replaced(text: string, replace: Record<string, string>): string {
  return Object.entries(replace).reduce((all, [from, to]) => all.replaceAll(from, to), text);
}
