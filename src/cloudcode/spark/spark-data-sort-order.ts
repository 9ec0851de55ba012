import { kindOf, nameArgument } from "../realm/arguments.ts";
import { OriginalTypeError, stringify } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";

/** A sort order by one or more fields. */
export class SparkDataSortOrder {
  /** JSON of each field and its direction, separated by commas. */
  #fields = "";

  /** Adds a field by which ties are sorted. Changes and returns this order. */
  add(shortCode: string, ascending: boolean): SparkDataSortOrder {
    liveRun();
    return addField(this, "SparkDataSortOrder.add", shortCode, ascending);
  }

  /** Removed from the class below, so that scripts cannot see it. */
  static added(order: SparkDataSortOrder, method: string, shortCode: unknown, ascending: unknown): SparkDataSortOrder {
    const field = nameArgument(method, "shortCode", shortCode);
    if (typeof ascending !== "boolean") {
      throw new OriginalTypeError(`${method}: ascending must be a boolean, not ${kindOf(ascending)}.`);
    }
    order.#fields += `${order.#fields === "" ? "" : ","}[${stringify(field)},${ascending}]`;
    return order;
  }

  static jsonOf(method: string, value: unknown): string {
    if (value === undefined || value === null) return "[]";
    if (typeof value === "object" && #fields in value) return `[${value.#fields}]`;
    throw new OriginalTypeError(`${method}: sortOrder must be an order, not ${kindOf(value)}.`);
  }
}

const { added, jsonOf } = SparkDataSortOrder;
delete (SparkDataSortOrder as { added?: unknown }).added;
delete (SparkDataSortOrder as { jsonOf?: unknown }).jsonOf;

const addField = added;

export function sortOrder(method: string, shortCode: unknown, ascending: unknown): SparkDataSortOrder {
  return added(new SparkDataSortOrder(), method, shortCode, ascending);
}

/** JSON of a script's sort order argument. Missing or null: none. */
export const sortArgument = jsonOf;
