import { describe, expect, it } from "vitest";
import { hmacOf } from "../../src/server/hmac.ts";
import { SecureFraming } from "../../src/server/secure-framing.ts";

/** The client's half, written from the protocol's description and not from the server's code. */
const obscured = (text: string) =>
  [...text]
    .map((c) => String.fromCharCode(c.charCodeAt(0) + 10))
    .reverse()
    .join("");
const revealed = (text: string) =>
  [...text]
    .map((c) => String.fromCharCode(c.charCodeAt(0) - 10))
    .reverse()
    .join("");
const signed = (json: string, key = "pre:secret-session") =>
  obscured(JSON.stringify({ json, hmac: hmacOf(json, key) }));

const begun = () => {
  const framing = new SecureFraming();
  framing.begin("pre:secret", "session");
  return framing;
};

describe("secure framing before the session is known", () => {
  it("a frame is only obscured", () => {
    const framing = new SecureFraming();
    expect(framing.wrap('{"nonce":"abc"}')).toBe(obscured('{"nonce":"abc"}'));
    expect(framing.unwrap(obscured('{"hmac":"x"}'))).toBe('{"hmac":"x"}');
  });

  it("a plain frame is recognized", () => {
    const framing = new SecureFraming();
    expect(framing.isPlain('{"hmac":"x"}')).toBe(true);
    expect(framing.isPlain(obscured('{"hmac":"x"}'))).toBe(false);
  });
});

describe("secure framing in a session", () => {
  it("a frame is signed and obscured in both directions", () => {
    const framing = begun();
    const sent = JSON.parse(revealed(framing.wrap('{"a":1}')));
    expect(sent).toEqual({ json: '{"a":1}', hmac: hmacOf('{"a":1}', "pre:secret-session") });
    expect(framing.unwrap(signed('{"a":1}'))).toBe('{"a":1}');
    expect(framing.isPlain('{"a":1}')).toBe(false);
  });

  it("text beyond ASCII is escaped", () => {
    const wrapped = begun().wrap(JSON.stringify({ name: "Zoë 🎮 \ud800" }));
    expect(Math.max(...[...wrapped].map((c) => c.codePointAt(0)!))).toBeLessThan(0x90);
    expect(JSON.parse(JSON.parse(revealed(wrapped)).json)).toEqual({ name: "Zoë 🎮 \ud800" });
  });

  it.each([
    ["another key", signed('{"a":1}', "pre:secret-other")],
    ["no signature", obscured('{"json":"{}"}')],
    ["a signature that is not text", obscured('{"json":"{}","hmac":1}')],
    ["no wrapping", obscured('{"a":1}')],
    ["null", obscured("null")],
    ["no JSON", obscured("abc")],
    ["no framing", '{"a":1}'],
  ])("%s is refused", (_what, frame) => expect(begun().unwrap(frame)).toBeUndefined());
});
