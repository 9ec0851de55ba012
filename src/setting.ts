import { type TUnsafe, Type } from "@sinclair/typebox";

/** Helpers that declare settings: description, default and bounds. `settings-schema.ts` collects all settings. */

export const whole = (description: string, value: number, minimum = 0, maximum = Number.MAX_SAFE_INTEGER) =>
  Type.Integer({ description, default: value, minimum, maximum });
export const text = (description: string, value: string) => Type.String({ description, default: value });
export const secret = (description: string) => Type.String({ description, default: "", secret: true });
/** Text that matches `pattern`, or empty. `wanted` describes the format in error messages. */
export const form = (wanted: string, pattern: string) => ({ default: "", pattern: `^(${pattern})?$`, wanted });
/** A base URL: https, or http to this machine; no user, query or fragment. */
export const webUrl = (description: string, value: string) =>
  Type.String({
    description,
    default: value,
    pattern: "^(https://[^\\s/?#@]+|http://(localhost|127(\\.\\d{1,3}){3}|\\[::1\\])(:\\d{1,5})?)(/[^\\s?#]*)?$",
    wanted: "an https:// URL, or an http:// URL of this machine",
  });
export const choice = <const T extends readonly string[]>(description: string, values: T) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { description, default: values[0] },
  ) as unknown as TUnsafe<T[number]>;

/** An unusable setting. The message names it, its source and the allowed values, but never contains a secret. */
export class SettingsError extends Error {
  override name = "SettingsError";
}
