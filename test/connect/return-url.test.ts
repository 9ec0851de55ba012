import { describe, expect, it } from "vitest";
import { checkReturnUrl } from "../../src/domains/connecting/index.ts";

describe("a return URL", () => {
  it.each([
    ["https://app.example/done?a=1#b", ["app.example"]],
    ["https://APP.example/", ["App.Example "]],
    ["https://app.example:443/", ["app.example"]],
    ["https://app.example:8443/", ["app.example:8443"]],
    ["https://a.app.example/", ["*.app.example"]],
    ["https://a.b.app.example/", ["*.app.example"]],
    ["http://localhost:3000/", ["localhost"]],
    ["http://127.0.0.1:3000/", ["127.0.0.1"]],
    ["http://[::1]:3000/", ["[::1]"]],
    ["http://[::1]:3000/", ["[::1]:3000"]],
    ["http://localhost/", ["localhost:80"]],
  ])("%s is permitted by %j", (url, hosts) => {
    expect(checkReturnUrl(url, hosts)).toEqual({ url: new URL(url).href });
  });

  it.each([
    ["https://app.example/", []],
    ["https://app.example/", [""]],
    ["https://app.example/", ["*"]],
    ["https://app.example/", ["*."]],
    ["https://app.example/", ["*.app.example"]],
    ["https://a.app.example/", ["app.example"]],
    ["https://evilapp.example/", ["*.app.example", "app.example"]],
    ["https://app.example.evil.example/", ["app.example"]],
    ["https://app.example:8443/", ["app.example"]],
    ["https://app.example/", ["app.example:8443"]],
    ["http://localhost:3000/", ["app.example"]],
    ["http://localhost:3000/", ["localhost:3001"]],
  ])("%s is refused by %j with the entry to add", (url, hosts) => {
    const { host } = new URL(url);
    expect(checkReturnUrl(url, hosts)).toEqual({
      host,
      refused: `The API key does not permit returns to ${host}. Add "${host}" to the returnHosts of the key.`,
    });
  });

  it.each([
    "http://app.example/",
    "http://localhost.evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "app.example",
    "/done",
    "",
    "https://user@app.example/",
    "https://app.example@evil.example/",
    "https://app.example;a.app.example/",
    "https://a'b.app.example/",
    `https://app.example/${"a".repeat(2_000)}`,
  ])("%s is refused by every key", (url) => {
    expect(checkReturnUrl(url, ["app.example", "*.app.example", "localhost"])).toEqual({
      refused: expect.stringMatching(/\.$/),
    });
  });
});
