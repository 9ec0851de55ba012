import { Type } from "@sinclair/typebox";
import { getPlayer } from "../../domains/accounts/index.ts";
import { defineRequest } from "../definition.ts";
import { json, optionalText, text, whole } from "../fields.ts";

const amount = (n: number) => whole(`The player's balance of currency ${n}.`);
const setAside = (n: number) => json(`Purpose → the amount of currency ${n} reserved for it.`);

const Location = Type.Object(
  {
    country: optionalText("Two-letter country code."),
    city: optionalText("The city's name."),
    latitide: Type.Optional(Type.Number({ description: "Degrees north; misspelt in the protocol." })),
    longditute: Type.Optional(Type.Number({ description: "Degrees east; misspelt in the protocol." })),
  },
  { description: "Where the player was last seen, if that is known." },
);

/** Source: GameSparks documentation, AccountDetailsRequest; `currencies` and `reservedCurrencies` since 2021. */
export const accountDetails = defineRequest({
  name: "AccountDetailsRequest",
  responseName: "AccountDetailsResponse",
  category: "player",
  description: "Returns the player's account.",
  caller: "player",
  work: "read",
  fields: Type.Object({}),
  response: Type.Object({
    userId: text("The player's id."),
    displayName: optionalText("The player's display name."),
    achievements: Type.Array(Type.String(), { description: "Short codes of the player's achievements." }),
    currency1: amount(1),
    currency2: amount(2),
    currency3: amount(3),
    currency4: amount(4),
    currency5: amount(5),
    currency6: amount(6),
    reservedCurrency1: setAside(1),
    reservedCurrency2: setAside(2),
    reservedCurrency3: setAside(3),
    reservedCurrency4: setAside(4),
    reservedCurrency5: setAside(5),
    reservedCurrency6: setAside(6),
    currencies: json("Short code → the player's balance of that currency."),
    reservedCurrencies: json("Short code → the reserved amount of that currency."),
    externalIds: json("System id → the player's id there."),
    location: Location,
    virtualGoods: json("Short code → how many of that good the player owns."),
    scriptData: Type.Optional(json("Data that Cloud Code keeps on the player for others to see.")),
  }),
  errors: [],
  examples: [
    {
      title: "A new player",
      request: { "@class": ".AccountDetailsRequest" },
      response: {
        "@class": ".AccountDetailsResponse",
        userId: "5f0c1e2ab3d4c5e6f7a8b9c0",
        displayName: "Ada",
        achievements: [],
        ...{ currency1: 0, currency2: 0, currency3: 0, currency4: 0, currency5: 0, currency6: 0 },
        ...{ reservedCurrency1: {}, reservedCurrency2: {}, reservedCurrency3: {} },
        ...{ reservedCurrency4: {}, reservedCurrency5: {}, reservedCurrency6: {} },
        currencies: {},
        reservedCurrencies: {},
        externalIds: {},
        location: {},
        virtualGoods: {},
      },
    },
  ],
  async handle({ documents, player }) {
    const account = await getPlayer(documents, player);
    const { location, scriptData, displayName, reservedCurrencies: reserved = {} } = account;
    const response: Record<string, unknown> = {
      userId: player,
      ...(displayName !== undefined && { displayName }),
      achievements: account.achievements,
      currencies: { ...account.otherCurrencies },
      reservedCurrencies: Object.fromEntries(
        Object.entries(reserved).filter(([code, amount]) => amount !== 0 && !/^currency[1-6]$/.test(code)),
      ),
      externalIds: account.externalIds,
      location: {
        ...(location?.country !== undefined && { country: location.country }),
        ...(location?.city !== undefined && { city: location.city }),
        ...(location?.latitude !== undefined && { latitide: location.latitude }),
        ...(location?.longitude !== undefined && { longditute: location.longitude }),
      },
      virtualGoods: account.virtualGoods,
      ...(Object.keys(scriptData).length > 0 && { scriptData }),
    };
    for (let n = 1; n <= 6; n++) {
      response[`currency${n}`] = account.currencies[n - 1] ?? 0;
      const aside = Object.hasOwn(reserved, `currency${n}`) ? reserved[`currency${n}`] : 0;
      response[`reservedCurrency${n}`] = aside ? { challenge: aside } : {};
    }
    return { response };
  },
});
