import { askHost } from "../realm/host.ts";

interface Session {
  sessionId: string | null;
  credentialType: string | null;
  clientIp: string | null;
}

/** The connection that the run's request came by; all null where it belongs to none. Asks the server. */
export function currentSession(): Session {
  return askHost("session", "") as Session;
}
