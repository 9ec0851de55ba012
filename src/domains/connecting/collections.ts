import type { Network } from "../../publishers/publisher.ts";
import type { Documents } from "../../store/store.ts";
import type { SocialApi } from "../social/index.ts";

/** How the last attempt of a session ended. */
export type Outcome =
  | { status: "completed"; accountId: string }
  | { status: "failed"; error: { code: string; message: string } };

/** A permission to connect accounts to one profile, given by an API key as a URL. `_id` is public. */
export interface ConnectSessionDocument {
  /** `st_…` (Layers) or `ls_…`. */
  _id: string;
  /** SHA-256 in hex of the token in its URL. */
  tokenHash: string;
  api: SocialApi;
  keyId: string;
  organizationId: string;
  projectId: string;
  profileId: string;
  networks: Network[];
  /** "connect" starts at the only network at once; "grid" shows all of them. */
  mode: "grid" | "connect";
  returnUrl?: string;
  /** An account replaces the profile's other one of its network. */
  isExclusive: boolean;
  /** The first outcome ends it. */
  isSingleUse: boolean;
  /** The account to connect again. */
  accountId?: string;
  /** A sealed X consumer pair. */
  consumer?: string;
  createdAt: Date;
  /** Until when it can be opened. */
  expires: Date;
  revokedAt?: Date;
  /** SHA-256 in hex of the cookies of browsers that opened it. */
  openedBy: string[];
  /** Number of attempts. */
  attempts: number;
  /** Incremented by storing an account, so that it conflicts with a revocation. */
  connected: number;
  outcome?: Outcome;
  /** When the store deletes it. */
  removeAt: Date;
}

/**
 * One way to a network and back, by one browser. `_id` is the SHA-256 in hex of the OAuth state, or of the request token of
 * OAuth 1.0a.
 */
export interface ConnectAttemptDocument {
  _id: string;
  sessionId: string;
  network: Network;
  browserHash: string;
  /** "exchanging": the callback was received. "choosing": the user has several accounts. */
  status: "pending" | "exchanging" | "choosing" | "completed" | "failed";
  redirectUri: string;
  /** Sealed `AttemptSecrets`. */
  secrets: string;
  /** "choosing": sealed `NetworkProfile[]`. */
  found?: string;
  expires: Date;
  removeAt: Date;
}

export const connecting = (documents: Documents) => ({
  sessions: documents.collection<ConnectSessionDocument & Record<string, unknown>>("connectSession"),
  attempts: documents.collection<ConnectAttemptDocument & Record<string, unknown>>("connectAttempt"),
});
