/** Where a browser may be sent after connecting: the URL as it was parsed, or why it is refused and the cure. */
export type CheckedReturn = { url: string } | { refused: string; host?: string };

const MAX_LENGTH = 2_000;
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Checks a return URL against the `returnHosts` of a key. `app.example` permits that host alone, on the port of https.
 * `*.app.example` permits every host below it, and not itself. `app.example:8443` permits that port. A loopback host
 * permits every port and http too, because programs on a developer's machine have neither a fixed port nor a certificate
 * (RFC 8252, 7.3). Everything else must be https.
 */
export function checkReturnUrl(text: string, returnHosts: readonly string[]): CheckedReturn {
  if (text.length > MAX_LENGTH) return { refused: `The return URL may have at most ${MAX_LENGTH} characters.` };
  if (!URL.canParse(text))
    return { refused: "The return URL must be an absolute URL, such as https://app.example/done." };
  const url = new URL(text);
  const { hostname } = url;
  // URLs allow more, such as ";", which would end a directive of the pages' Content-Security-Policy.
  if (!/^[\w.-]+$|^\[[\da-f:]+\]$/.test(hostname)) return { refused: "The host of the return URL is not valid." };
  if (url.username !== "" || url.password !== "") return { refused: "The return URL must not have a user name." };
  const isLoopback = LOOPBACK.has(hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback)) {
    return { refused: "The return URL must begin with https://." };
  }
  const port = url.port !== "" ? url.port : url.protocol === "https:" ? "443" : "80";
  if (returnHosts.some((entry) => permits(entry.trim().toLowerCase(), hostname, port, isLoopback)))
    return { url: url.href };
  const host = url.host;
  return {
    host,
    refused: `The API key does not permit returns to ${host}. Add "${host}" to the returnHosts of the key.`,
  };
}

function permits(entry: string, hostname: string, port: string, isLoopback: boolean): boolean {
  const [, name = "", wanted] = /^(.*?)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const isSame = name.startsWith("*.") ? hostname.endsWith(name.slice(1)) : hostname === name;
  if (name === "" || name === "*." || !isSame) return false;
  return wanted === undefined ? isLoopback || port === "443" : port === wanted;
}
