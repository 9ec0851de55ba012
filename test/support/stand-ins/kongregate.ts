import { type LoopbackServer, startLoopbackServer } from "../../../examples/starter/stand-ins/loopback.ts";

/** A stand-in for Kongregate's server API on this machine: `/authenticate.json` as Kongregate documents it. */
export interface KongregateUser {
  id: number;
  name: string;
  gameAuthToken: string;
}

export interface KongregateStandIn extends LoopbackServer {
  addUser(user: KongregateUser): void;
  revoke(id: number): void;
}

export async function startKongregateStandIn(options: {
  /** Of the game that the tokens were issued for. */
  apiKey: string;
  users?: readonly KongregateUser[];
}): Promise<KongregateStandIn> {
  const byId = new Map<string, KongregateUser>();
  for (const user of options.users ?? []) addUser(user);

  const server = await startLoopbackServer(0, ({ path, query }) => {
    if (path !== "/authenticate.json") return { status: 404, body: {} };
    const user = byId.get(query.user_id ?? "");
    if (query.api_key !== options.apiKey || !user) return { body: failure(404, "The user or game was not found") };
    if (query.game_auth_token !== user.gameAuthToken) return { body: failure(403, "The token is not valid") };
    return { body: { success: true, username: user.name, user_id: user.id } };
  });
  return { ...server, addUser, revoke: (id) => void byId.delete(String(id)) };

  function addUser(user: KongregateUser): void {
    byId.set(String(user.id), user);
  }
}

function failure(error: number, error_description: string) {
  return { success: false, error, error_description };
}
