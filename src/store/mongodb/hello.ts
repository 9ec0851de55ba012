import {
  type Document,
  MongoCompatibilityError,
  type MongoServerSelectionError,
  type TopologyDescription,
} from "mongodb";
import { StoreError } from "../errors.ts";

/** MongoDB 6.0, by the number that `hello` gives of its wire protocol. Before 5.0 it refused other updates. */
const LEAST_WIRE_VERSION = 17;

const NOT_INITIATED =
  "The MongoDB server waits to become a member of a replica set: it was started with --replSet and never initiated, " +
  "or was removed from its set. Run rs.initiate() once, on one member.";
const STANDALONE =
  "The MongoDB server is a standalone one, which has no transactions. Make it a replica set: start it with --replSet, " +
  "and run rs.initiate().";
const TOO_OLD = "The MongoDB server is older than version 6.0. Upgrade it.";

/** Refuses, by what it says of itself, a server that the engine cannot work on. */
export function refuseServer(hello: Document): void {
  const problem = problemOf(hello);
  if (problem !== undefined) throw new StoreError("UNAVAILABLE", problem);
}

function problemOf({ isreplicaset, setName, msg, maxWireVersion }: Document): string | undefined {
  if (isreplicaset === true) return NOT_INITIATED;
  if (setName === undefined && msg !== "isdbgrid") return STANDALONE;
  if (!(maxWireVersion >= LEAST_WIRE_VERSION)) return TOO_OLD;
  return undefined;
}

/** Why no primary was found, where the servers that answered show it. */
export function serverProblem({ reason }: MongoServerSelectionError): string | undefined {
  const { servers, setName } = reason as TopologyDescription;
  const known = [...servers.values()];
  // The driver does not talk to one that is older still.
  if (known.some(({ error }) => error instanceof MongoCompatibilityError)) return TOO_OLD;
  const types = known.map(({ type }) => type);
  if (types.includes("RSGhost")) return NOT_INITIATED;
  if (types.length === 0) return `No server of the connection string is a member of the replica set ${setName}.`;
  return undefined;
}
