/** Why nobody was signed in. "CODE_REQUIRED": name and password are right, and the admin has a second factor. */
export type SignInRefusal = "WRONG" | "CODE_REQUIRED" | "WAIT" | "BUSY" | "UNREADABLE";

export class SignInRefused extends Error {
  override name = "SignInRefused";
  readonly code: SignInRefusal;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: SignInRefusal, message: string, retryAfterSeconds?: number) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A change of the admins that is not possible. The message is a sentence with the cure. */
export class AdminRefused extends Error {
  override name = "AdminRefused";
}
