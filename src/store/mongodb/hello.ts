import {
  type Document,
  MongoCompatibilityError,
  type MongoServerSelectionError,
  type TopologyDescription,
} from "mongodb";
import { StoreError } from "../errors.ts";

/** MongoDB 6.0, as the wire protocol version in `hello`. Before 5.0 the rules for updates differed. */
const LEAST_WIRE_VERSION = 17;

const NOT_INITIATED =
  "The MongoDB server is not a member of a replica set: it was started with --replSet but never initiated, " +
  "or it was removed from its set. Run rs.initiate() once, on one member.";
const STANDALONE =
  "The MongoDB server is standalone and does not support transactions. Make it a replica set: start it with --replSet " +
  "and run rs.initiate().";
const TOO_OLD = "The MongoDB server is older than version 6.0. Upgrade it.";

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

/** Why no primary was found, as far as the responding servers show. */
export function serverProblem({ reason }: MongoServerSelectionError): string | undefined {
  const { servers, setName } = reason as TopologyDescription;
  const known = [...servers.values()];
  // The driver does not talk to even older servers.
  if (known.some(({ error }) => error instanceof MongoCompatibilityError)) return TOO_OLD;
  const types = known.map(({ type }) => type);
  if (types.includes("RSGhost")) return NOT_INITIATED;
  if (types.length === 0) return `No server in the connection string is a member of the replica set ${setName}.`;
  return undefined;
}
