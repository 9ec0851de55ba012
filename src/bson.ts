import { createRequire } from "node:module";
import type * as Bson from "bson";

/**
 * The MongoDB driver loads `bson` by `require`, which gives other classes than `import`. Both engines use the driver's.
 */
const bson = createRequire(import.meta.url)("bson") as typeof Bson;

export const { ObjectId, Long, calculateObjectSize, deserialize, serialize } = bson;
export type ObjectId = Bson.ObjectId;
export type Long = Bson.Long;
export type Binary = Bson.Binary;
