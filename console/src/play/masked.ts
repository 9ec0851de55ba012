/** Members that are credentials, in requests and responses. */
const SECRET =
  /^(authToken|hmac|nonce|sessionId|(old|new)?password|access(Token|Secret)|refreshToken|authorizationCode|code|sessionTicket|serverAuthCode|pushId)$/i;
const SHOWN = 4;

/** A copy in which credentials are shortened, for the screen and the clipboard. */
export function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      SECRET.test(key) && typeof member === "string" ? shortened(member) : masked(member),
    ]),
  );
}

function shortened(text: string): string {
  return text.length > SHOWN * 3 ? `${text.slice(0, SHOWN)}…` : "…";
}
