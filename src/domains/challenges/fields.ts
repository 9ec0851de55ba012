import { Type } from "@sinclair/typebox";

const PlayerDetail = Type.Object(
  {
    id: Type.String({ description: "The player's id." }),
    name: Type.Optional(Type.String({ description: "The player's display name." })),
    externalIds: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: "System id → the player's id there." }),
    ),
  },
  { description: "A player of a challenge." },
);
const players = (description: string) => Type.Array(PlayerDetail, { description });
const text = (description: string) => Type.String({ description });
const date = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
const wager = (n: number) => Type.Optional(Type.Number({ description: `Each player's wager in currency ${n}.` }));

/** The protocol's `Challenge`. */
export const ChallengeFields = Type.Object(
  {
    challengeId: text("The challenge's id."),
    shortCode: text("The short code of the challenge's type."),
    challengeName: text("The name of the challenge's type."),
    challengeMessage: Type.Optional(text("The challenger's message.")),
    state: text("ISSUED, RECEIVED, WAITING, RUNNING, COMPLETE, DECLINED, EXPIRED or WITHDRAWN."),
    challenger: Type.Object(PlayerDetail.properties, { description: "The player who issued it." }),
    challenged: Type.Optional(players("The invited players.")),
    accepted: players("The participants, including the challenger."),
    declined: Type.Optional(players("The players who declined.")),
    startDate: date("When the challenge started; null before."),
    endDate: date("When the challenge ends at the latest."),
    expiryDate: date("Players can join until then."),
    maxTurns: Type.Optional(Type.Integer({ description: "Maximum number of turns or attempts per player." })),
    nextPlayer: Type.Optional(text("The id of the player whose turn it is.")),
    turnCount: Type.Record(Type.String(), Type.Integer(), { description: "Player → turns or attempts taken." }),
    currency1Wager: wager(1),
    currency2Wager: wager(2),
    currency3Wager: wager(3),
    currency4Wager: wager(4),
    currency5Wager: wager(5),
    currency6Wager: wager(6),
    currencyWagers: Type.Optional(
      Type.Record(Type.String(), Type.Number(), { description: "Short code of the currency → each player's wager." }),
    ),
    scriptData: Type.Record(Type.String(), Type.Unknown(), {
      description: "Data that Cloud Code stores on the challenge.",
    }),
  },
  { description: "The challenge." },
);

export const EXAMPLE_CHALLENGE = {
  challengeId: "5f0c1e2ab3d4c5e6f7a8b9e0",
  shortCode: "DUEL",
  challengeName: "Duel",
  state: "ISSUED",
  challenger: { id: "5f0c1e2ab3d4c5e6f7a8b9c0", name: "Ada" },
  challenged: [{ id: "5f0c1e2ab3d4c5e6f7a8b9c1", name: "Grace" }],
  accepted: [{ id: "5f0c1e2ab3d4c5e6f7a8b9c0", name: "Ada" }],
  startDate: null,
  endDate: "2026-03-01T12:00Z",
  expiryDate: null,
  turnCount: { "5f0c1e2ab3d4c5e6f7a8b9c0": 0 },
  scriptData: {},
};
