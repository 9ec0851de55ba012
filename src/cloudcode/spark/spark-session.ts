import { askHost } from "../realm/host.ts";

interface Session {
  sessionId: string | null;
  credentialType: string | null;
  clientIp: string | null;
}

/** The connection of the run's request; all null if there is none. Asks the server. */
export function currentSession(): Session {
  return askHost("session", "") as Session;
}
