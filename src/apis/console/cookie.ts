const NAME = "rekindle-console";

/** The session's token in a header Cookie; "" if there is none. */
export function tokenIn(header: string | undefined): string {
  const found = (header ?? "").split(";").map((part) => part.trim().split("="));
  return found.find(([name]) => name === NAME)?.[1] ?? "";
}

/** A header Set-Cookie. Scripts cannot read the cookie, and requests of other sites do not have it. */
export function setCookie(token: string, { seconds, secure }: { seconds: number; secure: boolean }): string {
  const parts = [`${NAME}=${token}`, "Path=/console", `Max-Age=${seconds}`, "HttpOnly", "SameSite=Strict"];
  return [...parts, ...(secure ? ["Secure"] : [])].join("; ");
}

export function clearCookie(secure: boolean): string {
  return setCookie("", { seconds: 0, secure });
}
