import { type TUnsafe, Type } from "@sinclair/typebox";

/** How settings are declared: a sentence of usage, the default, and bounds. `config.ts` has them all. */

export const whole = (description: string, value: number, minimum = 0, maximum = Number.MAX_SAFE_INTEGER) =>
  Type.Integer({ description, default: value, minimum, maximum });
export const text = (description: string, value: string) => Type.String({ description, default: value });
export const secret = (description: string) => Type.String({ description, default: "", secret: true });
/** Text of a form, or empty; `wanted` names the form where a value has another. */
export const form = (wanted: string, pattern: string) => ({ default: "", pattern: `^(${pattern})?$`, wanted });
export const choice = <const T extends readonly string[]>(description: string, values: T) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { description, default: values[0] },
  ) as unknown as TUnsafe<T[number]>;

/** A setting that cannot be used: one sentence that says what, where, and what is allowed. It shows no secret. */
export class SettingsError extends Error {
  override name = "SettingsError";
}
