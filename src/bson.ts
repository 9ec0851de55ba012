import { createRequire } from "node:module";
import type * as Bson from "bson";

/**
 * bson's classes exist twice, once for `import` and once for `require`, by which the MongoDB driver loads them. These are
 * the driver's, so that an ObjectId is an instance of this one class whichever engine it comes from.
 */
const bson = createRequire(import.meta.url)("bson") as typeof Bson;

export const { ObjectId, Long, calculateObjectSize, deserialize, serialize } = bson;
export type ObjectId = Bson.ObjectId;
export type Long = Bson.Long;
export type Binary = Bson.Binary;
