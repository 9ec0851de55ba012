import { Type } from "@sinclair/typebox";
import { tailOf } from "../../../kernel/log.ts";
import { limit } from "../arguments.ts";
import { LOG_LEVELS, lineOf, severityOf } from "../log-lines.ts";
import { defineServerOperation } from "../operation.ts";

export const logOperations = [
  defineServerOperation({
    name: "log tail",
    summary: "Shows recent lines of the server's log, oldest first. The server keeps the last 2000 in memory.",
    work: "read",
    role: "support",
    arguments: Type.Object({
      level: Type.Optional(
        Type.Union(
          LOG_LEVELS.map((level) => Type.Literal(level)),
          { description: "Lowest severity, info by default.", wanted: `one of ${LOG_LEVELS.join(", ")}` },
        ),
      ),
      after: Type.Optional(
        Type.Integer({ description: "Number of the last line that is known.", minimum: 0, wanted: "a whole number" }),
      ),
      limit: Type.Optional(limit),
    }),
    async run({ server }, { level = "info", after = 0, limit = 50 }) {
      const lines = tailOf(server.log).after(after).map(lineOf);
      return lines.filter((line) => severityOf(line.level) >= severityOf(level)).slice(-limit);
    },
  }),
];
