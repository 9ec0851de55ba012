import type { Network } from "../../publishers/publisher.ts";
import type { ConnectSessionDocument } from "./collections.ts";

/** Why an account was not connected: HTTP status of the page, what happened, and what to do. `{network}` is its name. */
const FAILURES = {
  UNKNOWN_SESSION: [404, "This link is not valid.", "Open the whole link, or ask for a new one."],
  REVOKED: [410, "This link was withdrawn.", "Ask for a new one where you got it."],
  EXPIRED: [410, "This link has expired.", "Ask for a new one where you got it."],
  ENDED: [410, "This link has been used.", "Ask for a new one where you got it."],
  STOPPED: [403, "The app that made this link may not connect accounts at the moment.", "Ask its support."],
  NO_PROFILE: [410, "The profile that this link belongs to was deleted or suspended.", "Ask the app's support."],
  NETWORK_NOT_ALLOWED: [404, "This link does not allow that network.", "Go back and choose one of those shown."],
  NOT_CONFIGURED: [
    503,
    "The connection to {network} is not set up correctly.",
    "Ask the support of the app that sent you here.",
  ],
  TOO_MANY_ATTEMPTS: [429, "There were too many attempts with this link.", "Ask for a new link."],

  UNKNOWN_STATE: [400, "This is not the end of a sign-in that was started here, or it took too long.", "Start again."],
  OTHER_BROWSER: [403, "The sign-in was started in another browser.", "Finish it there, or start again in this one."],
  USED_STATE: [409, "This sign-in was completed or failed already.", "Go back and look, or start again."],
  STATE_EXPIRED: [410, "The sign-in at {network} took too long.", "Start again; there are ten minutes."],
  FORGED_FORM: [403, "The form was not sent by this page, or cookies are blocked.", "Allow cookies and send it again."],

  DENIED: [403, "You did not allow access at {network}.", "Start again and allow it, or leave it."],
  NETWORK_ERROR: [502, "{network} ended the sign-in with an error.", "Try again. If it recurs, ask the app's support."],
  NETWORK_REFUSED: [403, "{network} refused what it was sent.", "Start again and check what you enter there."],
  NETWORK_BUSY: [503, "{network} accepts no more calls at the moment.", "Try again in some minutes."],
  NETWORK_DOWN: [502, "{network} cannot be reached or does not work at the moment.", "Try again in some minutes."],
  NETWORK_SILENT: [502, "{network} gave no usable response.", "Try again in some minutes."],
  NO_ACCOUNTS: [
    403,
    "There is no account at {network} that you may post as.",
    "Create one there, or sign in as another user.",
  ],
  OTHER_ACCOUNT: [
    409,
    "You signed in with another account than the one to connect again.",
    "Sign out at {network}, then start again with the same account as before.",
  ],
  CONFLICT: [409, "The account was connected at the same moment.", "Go back and look."],
  NO_TOKEN_KEY: [503, "This server has no key to store tokens with.", "Ask the operator to set tokenKeys."],
} as const satisfies Record<string, readonly [status: number, what: string, cure: string]>;

export type ConnectFailure = keyof typeof FAILURES;

/** Where the user may continue. */
export interface Place {
  session: ConnectSessionDocument;
  /** The token in the session's URL; undefined if it is not known. */
  token: string | undefined;
}

/** Nothing was stored. Shown as a page; `what` and `cure` have no secret and nothing that a client sent. */
export class ConnectFailed extends Error {
  override name = "ConnectFailed";
  readonly code: ConnectFailure;
  readonly status: number;
  readonly what: string;
  readonly cure: string;
  /** What the network said, clipped. */
  readonly reason: string | undefined;
  readonly network: Network | undefined;
  place: Place | undefined;

  constructor(
    code: ConnectFailure,
    { network, name = network ?? "The network", reason, place, cause }: FailureDetails = {},
  ) {
    const [status, what, cure] = FAILURES[code];
    super(what.replace("{network}", name), { cause });
    this.code = code;
    this.status = status;
    this.what = this.message;
    this.cure = cure.replace("{network}", name);
    this.reason = reason;
    this.network = network;
    this.place = place;
  }
}

export interface FailureDetails {
  network?: Network | undefined;
  /** As sentences name the network. */
  name?: string | undefined;
  reason?: string | undefined;
  place?: Place | undefined;
  /** What the publisher threw, for the log. */
  cause?: unknown;
}
