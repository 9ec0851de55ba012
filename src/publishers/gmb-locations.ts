import { type TSchema, Type } from "@sinclair/typebox";
import { askGoogle } from "./google-api.ts";
import { link } from "./links.ts";
import type { Credentials, NetworkProfile, PublisherContext } from "./publisher.ts";
import { preparing } from "./steps.ts";

const MAX_LOCATIONS = 500;
const MAX_CALLS = 50;

const Text = Type.Optional(Type.String({ maxLength: 2048 }));
const AccountsReply = Type.Object({
  accounts: Type.Optional(Type.Array(Type.Object({ name: Type.String({ pattern: "^accounts/[\\w-]{1,64}$" }) }))),
  nextPageToken: Text,
});
const LocationsReply = Type.Object({
  locations: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String({ pattern: "^locations/[\\w-]{1,64}$" }),
        title: Text,
        metadata: Type.Optional(Type.Object({ mapsUri: Text })),
      }),
    ),
  ),
  nextPageToken: Text,
});

/**
 * The locations that the user manages, each once: at most 500, in at most 50 calls. The number of its account is the fact
 * `account`, because the path of a post names both.
 */
export async function readLocations(
  urls: { accounts: string; locations: string },
  { token }: Credentials,
  context: PublisherContext,
): Promise<Omit<NetworkProfile, "credentials">[]> {
  let calls = 0;
  const found = new Map<string, Omit<NetworkProfile, "credentials">>();
  const accounts = readAll("accounts", `${urls.accounts}/accounts`, { pageSize: "20" }, AccountsReply);
  for await (const page of accounts) {
    for (const { name: account } of page.accounts ?? []) {
      const query = { pageSize: "100", readMask: "name,title,metadata" };
      for await (const { locations = [] } of readAll(
        "locations",
        `${urls.locations}/${account}/locations`,
        query,
        LocationsReply,
      )) {
        for (const { name, title, metadata } of locations) {
          const id = name.slice("locations/".length);
          if (found.has(id) || found.size >= MAX_LOCATIONS) continue;
          found.set(id, {
            id,
            ...(title && { displayName: title }),
            ...link("profileUrl", metadata?.mapsUri),
            facts: { account: account.slice("accounts/".length) },
          });
        }
      }
    }
  }
  return [...found.values()];

  async function* readAll<T extends TSchema>(what: string, address: string, query: Record<string, string>, schema: T) {
    let pageToken: string | undefined;
    do {
      if (++calls > MAX_CALLS) return;
      const url = new URL(address);
      for (const [name, value] of Object.entries({ ...query, ...(pageToken && { pageToken }) })) {
        url.searchParams.set(name, value);
      }
      const headers = { authorization: `Bearer ${token}` };
      const call = { network: "gmb", what, method: "GET", url, headers, maxBytes: 1_048_576 } as const;
      const page = await preparing(askGoogle(call, schema, context, [token]));
      yield page;
      pageToken = (page as { nextPageToken?: string }).nextPageToken;
    } while (pageToken);
  }
}
