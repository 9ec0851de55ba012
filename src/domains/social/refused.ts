/** Why a rule of this domain refuses. Each API has its own status and code for it. */
export type SocialRefusal =
  /** Nothing of this id exists in the caller's organization. */
  | "NOT_FOUND"
  /** The account is not connected, so no post can go to it. */
  | "NOT_CONNECTED"
  /** The state does not allow it, such as canceling a post that was sent. */
  | "CONFLICT"
  /** A title, idempotency key or post like this exists already. */
  | "DUPLICATE"
  | "ALREADY_DELETED"
  | "SUSPENDED";

export class SocialRefused extends Error {
  override name = "SocialRefused";
  readonly code: SocialRefusal;
  readonly details: Readonly<Record<string, unknown>>;

  /** @param message a sentence for the caller */
  constructor(code: SocialRefusal, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
