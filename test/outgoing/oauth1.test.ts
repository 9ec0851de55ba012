import { describe, expect, test } from "vitest";
import { baseString, oauth1Authorization, oauth1Header, sign } from "../../src/outgoing/oauth1.ts";

describe("the base string and its signature", () => {
  test("are those of RFC 5849, section 3.4.1.1: repeated, empty and encoded parameters", () => {
    const url = new URL("http://EXAMPLE.com:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b");
    const parameters: [string, string][] = [
      ["oauth_consumer_key", "9djdj82h48djs9d2"],
      ["oauth_token", "kkk9d7dh3k39sjv7"],
      ["oauth_signature_method", "HMAC-SHA1"],
      ["oauth_timestamp", "137131201"],
      ["oauth_nonce", "7d8f3e4a"],
      ...new URLSearchParams("c2&a3=2+q"),
    ];
    expect(baseString("post", url, parameters)).toBe(
      [
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q",
        "%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_",
        "key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_m",
        "ethod%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk",
        "9d7dh3k39sjv7",
      ].join(""),
    );
  });

  const keys = { oauth_consumer_key: "dpf43f3p2l4k3l03", oauth_signature_method: "HMAC-SHA1" };
  test.each([
    {
      name: "the token request of RFC 5849, section 1.2",
      method: "POST",
      url: "https://photos.example.net/token",
      parameters: {
        ...keys,
        oauth_token: "hh5s93j4hdidpola",
        oauth_timestamp: "137131201",
        oauth_nonce: "walatlh",
        oauth_verifier: "hfdp7dh39dks9884",
      },
      consumerSecret: "kd94hf93k423kf44",
      tokenSecret: "hdhd0244k9j7ao03",
      signature: "gKgrFCywp7rO0OXSjdot/IHF7IU=",
    },
    {
      name: "the resource request of RFC 5849, section 1.2",
      method: "GET",
      url: "http://photos.example.net/photos?file=vacation.jpg&size=original",
      parameters: {
        ...keys,
        oauth_token: "nnch734d00sl2jdk",
        oauth_timestamp: "137131202",
        oauth_nonce: "chapoH",
      },
      consumerSecret: "kd94hf93k423kf44",
      tokenSecret: "pfkkdhi9sl3r4s00",
      signature: "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
    },
    {
      name: "Twitter's own example, with characters that encodeURIComponent leaves alone",
      method: "POST",
      url: "https://api.twitter.com/1.1/statuses/update.json?include_entities=true",
      parameters: {
        status: "Hello Ladies + Gentlemen, a signed OAuth request!",
        oauth_consumer_key: "xvz1evFS4wEEPTGEFPHBog",
        oauth_nonce: "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        oauth_signature_method: "HMAC-SHA1",
        oauth_timestamp: "1318622958",
        oauth_token: "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        oauth_version: "1.0",
      },
      consumerSecret: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
      tokenSecret: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
      signature: "hCtSmYh+iHYCEqBWrE7C7hYmtUk=",
    },
  ])("are those of $name", ({ method, url, parameters, consumerSecret, tokenSecret, signature }) => {
    const text = baseString(method, new URL(url), Object.entries(parameters));
    expect(sign(text, consumerSecret, tokenSecret)).toBe(signature);
  });
});

test("the header names the app, the token and the time, and signs them with the query", () => {
  const url = new URL("https://api.example/1.1/friends.json?cursor=-1");
  const keys = { consumerKey: "k(1)", consumerSecret: "s", token: "t", tokenSecret: "ts" };
  const header = oauth1Header(url, keys, 1_318_622_958_999);
  const given = Object.fromEntries(
    [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, decodeURIComponent(value!)]),
  );
  const { oauth_signature, ...signed } = given;
  expect(signed).toEqual({
    oauth_consumer_key: "k(1)",
    oauth_nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: "1318622958",
    oauth_token: "t",
    oauth_version: "1.0",
  });
  expect(header).toMatch(/^OAuth oauth_consumer_key="k%281%29", /);
  expect(oauth_signature).toBe(sign(baseString("GET", url, Object.entries(signed)), "s", "ts"));
  expect(oauth1Header(url, keys, 1_318_622_958_999)).not.toBe(header);
});

test("the header of a form signs the form, and that of an app alone names no token", () => {
  const url = new URL("https://api.example/oauth/request_token");
  const form = { token: "a b" };
  const protocol = { oauth_callback: "https://game.example/back?a=1" };
  const keys = { consumerKey: "k", consumerSecret: "s" };
  const header = oauth1Authorization({ method: "POST", url, keys, now: 1_318_622_958_999, form, protocol });
  const given = [...header.matchAll(/(\w+)="([^"]*)"/g)].map(
    ([, name, value]) => [name!, decodeURIComponent(value!)] as const,
  );
  const { oauth_signature, ...signed } = Object.fromEntries(given);
  expect(Object.keys(signed)).not.toContain("oauth_token");
  expect(signed["oauth_callback"]).toBe("https://game.example/back?a=1");
  expect(oauth_signature).toBe(sign(baseString("POST", url, [...Object.entries(signed), ["token", "a b"]]), "s", ""));
});
