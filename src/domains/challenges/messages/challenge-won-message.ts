import { Type } from "@sinclair/typebox";
import { defineChallengeMessage, winnerName } from "./challenge-message.ts";

const won = (n: number) => Type.Number({ description: `The amount of currency ${n} that the player won.` });

export const challengeWonMessage = defineChallengeMessage({
  name: "ChallengeWonMessage",
  description: "The player won the challenge. Sent to the winner only.",
  fields: {
    winnerName,
    currency1Won: won(1),
    currency2Won: won(2),
    currency3Won: won(3),
    currency4Won: won(4),
    currency5Won: won(5),
    currency6Won: won(6),
  },
  example: {
    winnerName: "Ada",
    currency1Won: 20,
    currency2Won: 0,
    currency3Won: 0,
    currency4Won: 0,
    currency5Won: 0,
    currency6Won: 0,
  },
});
