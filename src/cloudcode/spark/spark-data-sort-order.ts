import { kindOf, nameArgument } from "../realm/arguments.ts";
import { OriginalTypeError, stringify } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";

/** The order of what a query finds: by one field, and where that is the same by the next. */
export class SparkDataSortOrder {
  /** JSON of each field and its direction, each after a comma. */
  #fields = "";

  /** Orders what is the same so far by another field. Changes this order, and answers it. */
  add(shortCode: string, ascending: boolean): SparkDataSortOrder {
    liveRun();
    return addField(this, "SparkDataSortOrder.add", shortCode, ascending);
  }

  /** For the classes beside this one: scripts do not see them. */
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

/** An order by one field. */
export function sortOrder(method: string, shortCode: unknown, ascending: unknown): SparkDataSortOrder {
  return added(new SparkDataSortOrder(), method, shortCode, ascending);
}

/** The JSON of an order that a script passed; left out or null: none. */
export const sortArgument = jsonOf;
