import { type Static, Type } from "@sinclair/typebox";
import type { CurrencyAmounts } from "../../domains/accounts/index.ts";
import {
  ACCESS_TYPES,
  type AccessType,
  challengeRefusals,
  createChallenge as create,
  createRefusals,
  criteriaOf,
  criteriaRefusals,
} from "../../domains/challenges/index.ts";
import { field, RequestError } from "../../errors.ts";
import { parsePlayerId } from "../../ids.ts";
import { nearest } from "../../near-miss.ts";
import { type CompletionContext, defineRequest } from "../definition.ts";
import { dateOf, flag, optionalJson, optionalText, text } from "../fields.ts";
import { EXAMPLE_ID, spoken, workOf } from "./challenge-request.ts";

const CURRENCY_CODE = /^[^.$\0][^.\0]{0,127}$/;
const MOST_CURRENCIES = 20;
const maxPlayersRequired = challengeRefusals.autoStartJoinedChallengeOnMaxPlayers["MaxPlayers Required"];
const wager = (n: number) => Type.Optional(Type.Integer({ description: `The wager of each player in currency ${n}.` }));
const count = (description: string) => Type.Optional(Type.Integer({ description }));

const Fields = Type.Object({
  challengeShortCode: text("The kind of challenge."),
  accessType: optionalText("PRIVATE (only invited players), PUBLIC or FRIENDS; PRIVATE by default."),
  usersToChallenge: Type.Optional(
    Type.Array(Type.String(), { description: "Ids of the invited players; required if it is PRIVATE." }),
  ),
  challengeMessage: optionalText("A message from the challenger."),
  endTime: optionalText("When it ends at the latest; required unless its kind ends by an achievement."),
  expiryTime: optionalText("When it expires: until then players can join, and it can start."),
  startTime: optionalText("The earliest time when it starts."),
  minPlayers: count("It starts when at least this many play, including the challenger; 2 by default."),
  maxPlayers: count("At most this many can play, including the challenger."),
  maxAttempts: count("Turns or attempts of each player; unlimited by default."),
  autoStartJoinedChallengeOnMaxPlayers: flag("It starts when maxPlayers play, and not before."),
  eligibilityCriteria: optionalJson("`{segments: {type: value | [values]}}`: the players who can find and join it."),
  silent: flag("Send no messages about it."),
  currency1Wager: wager(1),
  currency2Wager: wager(2),
  currency3Wager: wager(3),
  currency4Wager: wager(4),
  currency5Wager: wager(5),
  currency6Wager: wager(6),
  currencyWagers: optionalJson("Short code → the wager of each player in that currency."),
});

/** Source: GameSparks documentation, CreateChallengeRequest; `currencyWagers` since 2021. */
export const createChallenge = defineRequest({
  name: "CreateChallengeRequest",
  responseName: "CreateChallengeResponse",
  category: "multiplayer",
  description: "Issues a challenge to players, or to everybody; the player is the first who plays it.",
  caller: "player",
  work: "write",
  fields: Fields,
  response: Type.Object({ challengeInstanceId: text("The challenge's id.") }),
  errors: [
    field("challengeShortCode", "UNKNOWN", "The game has no kind of challenges of that short code."),
    field("accessType", "INVALID", "No challenge has this access type.", "Send PRIVATE, PUBLIC or FRIENDS."),
    field("usersToChallenge", "REQUIRED", "A PRIVATE challenge needs a player who is invited.", "Invite one."),
    maxPlayersRequired,
    field("minPlayers", "INVALID", "It is less than 1, or more than maxPlayers.", "Send a number between."),
    field("maxPlayers", "INVALID", "It is less than 2.", "Send 2 or more."),
    field("maxAttempts", "INVALID", "It is less than 1.", "Send 1 or more."),
    field(
      "currencyWagers",
      "INVALID",
      "It is not {short code: whole number}, or has more than 20 members.",
      "Send that.",
    ),
    {
      ...field("currency1Wager", "INVALID", "The wager is less than 0.", "Send 0 or more."),
      keys: /^currency[1-6]Wager$/,
    },
    field("challengeMessage", "TOO_LONG", "The message has more than 4,096 characters."),
    ...criteriaRefusals("eligibilityCriteria"),
    ...createRefusals,
  ],
  examples: [
    {
      title: "A duel with one player",
      request: {
        "@class": ".CreateChallengeRequest",
        challengeShortCode: "DUEL",
        usersToChallenge: ["5f0c1e2ab3d4c5e6f7a8b9c1"],
        endTime: "2026-03-01T12:00Z",
      },
      response: { "@class": ".CreateChallengeResponse", challengeInstanceId: EXAMPLE_ID },
    },
  ],
  complete({ game }, request) {
    if (!game.challengeTypes.has(request.challengeShortCode)) throw unknownType(request.challengeShortCode, game);
    checkNumbers(request);
    return request;
  },
  async handle(context, request) {
    const { accessType = "PRIVATE", usersToChallenge = [], eligibilityCriteria, silent = false } = request;
    if (!isAccessType(accessType)) throw context.refuse(field("accessType", "INVALID"));
    if (accessType === "PRIVATE" && usersToChallenge.length === 0) {
      throw context.refuse(field("usersToChallenge", "REQUIRED"));
    }
    const id = await create(workOf(context), context.player, {
      type: context.game.challengeTypes.get(request.challengeShortCode)!,
      accessType,
      invited: usersToChallenge.flatMap((user) => parsePlayerId(user) ?? []),
      autoStart: request.autoStartJoinedChallengeOnMaxPlayers === true,
      silent,
      wagers: wagersOf(request),
      eligibility: eligibilityCriteria ? criteriaOf("eligibilityCriteria", eligibilityCriteria) : [],
      message: spoken("challengeMessage", request.challengeMessage),
      minPlayers: request.minPlayers,
      maxPlayers: request.maxPlayers,
      maxAttempts: request.maxAttempts,
      startTime: dateOf("startTime", request.startTime),
      expiryTime: dateOf("expiryTime", request.expiryTime),
      endTime: dateOf("endTime", request.endTime),
    });
    return { response: { challengeInstanceId: id.toHexString() } };
  },
});

function checkNumbers(request: Static<typeof Fields>): void {
  const { minPlayers, maxPlayers, maxAttempts } = request;
  if (request.autoStartJoinedChallengeOnMaxPlayers && maxPlayers === undefined) {
    throw new RequestError(maxPlayersRequired);
  }
  if (maxPlayers !== undefined && maxPlayers < 2) throw new RequestError(field("maxPlayers", "INVALID"));
  const isTooMany = minPlayers !== undefined && maxPlayers !== undefined && minPlayers > maxPlayers;
  if (isTooMany || (minPlayers !== undefined && minPlayers < 1)) throw new RequestError(field("minPlayers", "INVALID"));
  if (maxAttempts !== undefined && maxAttempts < 1) throw new RequestError(field("maxAttempts", "INVALID"));
}

function wagersOf(request: Static<typeof Fields>): CurrencyAmounts {
  const wagers: Record<string, number> = {};
  for (const [code, amount] of Object.entries(request.currencyWagers ?? {})) {
    const isRight = CURRENCY_CODE.test(code) && code !== "__proto__" && Number.isSafeInteger(amount);
    if (!isRight || (amount as number) < 0) throw new RequestError(field("currencyWagers", "INVALID"));
    if (amount !== 0) wagers[code] = amount as number;
  }
  for (const n of [1, 2, 3, 4, 5, 6] as const) {
    const amount = request[`currency${n}Wager`] ?? 0;
    if (amount < 0 || !Number.isSafeInteger(amount)) throw new RequestError(field(`currency${n}Wager`, "INVALID"));
    if (amount !== 0) wagers[`currency${n}`] = amount;
  }
  if (Object.keys(wagers).length > MOST_CURRENCIES) throw new RequestError(field("currencyWagers", "INVALID"));
  return wagers;
}

function isAccessType(value: string): value is AccessType {
  return (ACCESS_TYPES as readonly string[]).includes(value);
}

function unknownType(shortCode: string, { challengeTypes }: CompletionContext["game"]): RequestError {
  const near = nearest(shortCode, [...challengeTypes.keys()]);
  const hint = near ? ` Did you mean ${near}?` : "";
  return new RequestError(field("challengeShortCode", "UNKNOWN"), {
    detail: `The game has no such kind of challenges.${hint}`,
  });
}
