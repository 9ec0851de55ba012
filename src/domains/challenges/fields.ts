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
const wager = (n: number) =>
  Type.Optional(Type.Number({ description: `What each player sets aside of currency ${n}.` }));

/** The protocol's `Challenge`. */
export const ChallengeFields = Type.Object(
  {
    challengeId: text("The challenge's id."),
    shortCode: text("The short code of its kind."),
    challengeName: text("The name of its kind."),
    challengeMessage: Type.Optional(text("What the challenger said.")),
    state: text("ISSUED, RECEIVED, WAITING, RUNNING, COMPLETE, DECLINED, EXPIRED or WITHDRAWN."),
    challenger: Type.Object(PlayerDetail.properties, { description: "Who issued it." }),
    challenged: Type.Optional(players("Who were invited.")),
    accepted: players("Who play; the challenger too."),
    declined: Type.Optional(players("Who declined.")),
    startDate: date("When it began; null until it does."),
    endDate: date("When it ends at the latest."),
    expiryDate: date("Until when players can join."),
    maxTurns: Type.Optional(Type.Integer({ description: "Turns or attempts of each player." })),
    nextPlayer: Type.Optional(text("The id of the player whose turn it is.")),
    turnCount: Type.Record(Type.String(), Type.Integer(), { description: "Player → turns or attempts taken." }),
    currency1Wager: wager(1),
    currency2Wager: wager(2),
    currency3Wager: wager(3),
    currency4Wager: wager(4),
    currency5Wager: wager(5),
    currency6Wager: wager(6),
    currencyWagers: Type.Optional(
      Type.Record(Type.String(), Type.Number(), { description: "Short code → what each player sets aside of it." }),
    ),
    scriptData: Type.Record(Type.String(), Type.Unknown(), { description: "What Cloud Code keeps on the challenge." }),
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
