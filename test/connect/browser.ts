/** A browser without scripts: a cookie jar, redirects, links and forms. */
export interface Page {
  status: number;
  url: string;
  text: string;
  headers: Headers;
  /** Every URL on the way, the last one included. */
  visited: string[];
}

export interface SentForm {
  action: string;
  fields: Record<string, string>;
}

/** Every response that a browser of this process got: its address, and its body or where it redirects. */
export const visits: { url: string; text: string }[] = [];

export class Browser {
  /** By origin, name and value. Paths are respected. */
  readonly cookies: { origin: string; name: string; value: string; path: string; attributes: string }[] = [];

  /** Follows redirects to servers of this machine; the last page may be elsewhere and is then not fetched. */
  async get(url: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.#send(new URL(url), { headers });
  }

  /** The address to which the server redirects, which is not fetched. */
  async redirectOf(url: string): Promise<URL> {
    return new URL((await this.#send(new URL(url), { headers: {} }, 1)).url);
  }

  async post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> {
    const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin", ...headers };
    return this.#send(new URL(url), { method: "POST", headers: form, body: new URLSearchParams(fields).toString() });
  }

  /** Fills in the only form of a page, or that whose markup matches, and sends it. */
  async submit(page: Page, fields: Record<string, string> = {}, wanted = /./): Promise<Page> {
    const { action, fields: given } = formIn(page, wanted);
    return this.post(new URL(action, page.url).href, { ...given, ...fields });
  }

  /** Follows the link with this text. */
  async follow(page: Page, text: string | RegExp): Promise<Page> {
    return this.get(linkIn(page, text));
  }

  async #send(first: URL, init: RequestInit & { headers: Record<string, string> }, maxHops = 10): Promise<Page> {
    const visited: string[] = [];
    let [url, sending] = [first, init];
    for (let hops = 0; hops < maxHops; hops++) {
      visited.push(url.href);
      if (url.hostname !== "127.0.0.1") return { status: 0, url: url.href, text: "", headers: new Headers(), visited };
      const cookie = this.cookies.filter((one) => one.origin === url.origin && url.pathname.startsWith(one.path));
      const headers = {
        ...sending.headers,
        ...(cookie.length > 0 && { cookie: cookie.map(({ name, value }) => `${name}=${value}`).join("; ") }),
      };
      const response = await fetch(url, { ...sending, headers, redirect: "manual" });
      for (const text of response.headers.getSetCookie()) this.#keep(url, text);
      const location = response.headers.get("location");
      if (location === null || response.status < 300 || response.status > 399) {
        const text = await response.text();
        visits.push({ url: url.href, text });
        return { status: response.status, url: url.href, text, headers: response.headers, visited };
      }
      visits.push({ url: url.href, text: location });
      await response.body?.cancel();
      url = new URL(location, url);
      sending = { headers: {} };
    }
    if (maxHops > 1) throw new Error(`too many redirects: ${visited.join(" ")}`);
    return { status: 303, url: url.href, text: "", headers: new Headers(), visited };
  }

  #keep({ origin }: URL, text: string): void {
    const [pair = "", ...attributes] = text.split("; ");
    const [name = "", value = ""] = pair.split("=");
    const path = attributes.find((one) => one.startsWith("Path="))?.slice(5) ?? "/";
    const at = this.cookies.findIndex((one) => one.origin === origin && one.name === name);
    if (at >= 0) this.cookies.splice(at, 1);
    this.cookies.push({ origin, name, value, path, attributes: attributes.join("; ") });
  }
}

export function formIn({ text }: Page, wanted = /./): SentForm {
  const forms = [...text.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)];
  const form = forms.find(([markup]) => wanted.test(markup));
  if (!form) throw new Error(`no such form in: ${text}`);
  const [, action = "", inside = ""] = form;
  const fields = [...inside.matchAll(/<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"([^>]*)>/g)]
    .filter(([markup]) => !markup.includes('type="radio"') || markup.includes("checked"))
    .map(([, name, value]) => [name!, plain(value!)]);
  return { action: plain(action), fields: Object.fromEntries(fields) };
}

export function linkIn({ text, url }: Page, wanted: string | RegExp): string {
  const links = [...text.matchAll(/<a [^>]*href="([^"]*)"[^>]*>([\s\S]*?)<\/a>/g)];
  const link = links.find(([, , label]) =>
    typeof wanted === "string" ? plain(label!) === wanted : wanted.test(plain(label!)),
  );
  if (!link) throw new Error(`no link ${wanted} in: ${text}`);
  return new URL(plain(link[1]!), url).href;
}

/** The text of a page's heading and paragraphs. */
export const shown = ({ text }: Page): string =>
  plain(text.replace(/<title>.*?<\/title>/s, "").replace(/<[^>]*>/g, " "))
    .replace(/\s+/g, " ")
    .trim();

function plain(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
