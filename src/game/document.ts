import { type Static, type TSchema, Type } from "@sinclair/typebox";

/**
 * The parts of a configuration export that the server reads; others are kept. Null means absent, as exports write it.
 */
const nullable = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const text = () => nullable(Type.String());
const flag = () => nullable(Type.Boolean());

const CredentialItem = Type.Object({
  "@id": text(),
  name: text(),
  type: text(),
  secret: text(),
  canHavePlayer: flag(),
  canListen: flag(),
  canCallback: flag(),
  coppaCompliant: flag(),
  restPolicy: text(),
  /** Empty: the default permissions. Otherwise the only allowed requests. */
  "~requests": nullable(Type.Array(Type.Unknown())),
});

const ScriptItem = Type.Object({
  "@id": text(),
  name: text(),
  type: text(),
  script: text(),
});

const MessageItem = Type.Object({
  "@id": text(),
  name: text(),
  expireAfterHours: nullable(Type.Number()),
  sendViaSocket: flag(),
  sendAsPush: flag(),
  messageTitle: text(),
  messageSubTitle: text(),
  messageTemplate: text(),
});

const AttributeItem = Type.Object({
  "@id": text(),
  shortCode: text(),
  /** int, string or json. */
  dataType: text(),
  defaultAggregationType: text(),
  /** Text that may contain `${…}` expressions. */
  defaultValue: nullable(Type.Unknown()),
});

const EventItem = Type.Object({
  "@id": text(),
  name: text(),
  shortCode: text(),
  "~attributes": nullable(Type.Array(AttributeItem)),
});

const IndexedFieldItem = Type.Object({
  "@id": text(),
  shortCode: text(),
  /** Dotted path in an item's data. */
  path: text(),
  /** N or S. */
  type: text(),
});

const IndexedTypeItem = Type.Object({
  "@id": text(),
  shortCode: text(),
  "~indexedFields": nullable(Type.Array(IndexedFieldItem)),
});

/** Items whose exported shape is not known; `item.ts` reads them. */
const items = () => nullable(Type.Array(Type.Record(Type.String(), Type.Unknown())));

const bonus = () => nullable(Type.Integer());

export const GameDocument = Type.Object({
  "@id": text(),
  apiKey: text(),
  name: text(),
  integrations: nullable(Type.Record(Type.String(), Type.Unknown())),
  newUserCurrency1Bonus: bonus(),
  newUserCurrency2Bonus: bonus(),
  newUserCurrency3Bonus: bonus(),
  newUserCurrency4Bonus: bonus(),
  newUserCurrency5Bonus: bonus(),
  newUserCurrency6Bonus: bonus(),
  "~achievements": items(),
  "~challenges": items(),
  "~credentials": nullable(Type.Array(CredentialItem)),
  "~currencies": items(),
  "~downloadables": items(),
  "~events": nullable(Type.Array(EventItem)),
  "~indexedTypes": nullable(Type.Array(IndexedTypeItem)),
  "~matches": items(),
  "~properties": items(),
  "~propertySets": items(),
  "~messages": nullable(Type.Array(MessageItem)),
  "~scripts": nullable(Type.Array(ScriptItem)),
  "~segments": items(),
  "~teams": items(),
  "~virtualGoods": items(),
});

export type GameDocument = Static<typeof GameDocument>;
export type ContentCollection =
  | "~achievements"
  | "~challenges"
  | "~currencies"
  | "~downloadables"
  | "~matches"
  | "~properties"
  | "~propertySets"
  | "~segments"
  | "~teams"
  | "~virtualGoods";
export type CredentialItem = Static<typeof CredentialItem>;
export type EventItem = Static<typeof EventItem>;
export type IndexedTypeItem = Static<typeof IndexedTypeItem>;
export type MessageItem = Static<typeof MessageItem>;
export type ScriptItem = Static<typeof ScriptItem>;
