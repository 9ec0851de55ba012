import { type Static, type TObject, type TProperties, Type } from "@sinclair/typebox";
import { serverSettings } from "./config.ts";
import { domains } from "./domains/index.ts";

type All<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never;
type DomainSettings = All<(typeof domains)[number]["settings"]>;

const properties: TProperties = Object.assign({}, serverSettings, ...domains.map(({ settings }) => settings));

/** Every setting: the server's own and those of each domain. */
export const SettingsSchema = Type.Object(properties, { additionalProperties: false }) as TObject<
  typeof serverSettings & DomainSettings
>;

export type Settings = Static<typeof SettingsSchema>;
