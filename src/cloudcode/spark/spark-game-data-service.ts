import { nameArgument, nameOrNull } from "../realm/arguments.ts";
import { attempt } from "../realm/attempt.ts";
import { type ItemInput, newItem, readItem } from "../realm/data-item.ts";
import { stringify } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { conditionArgument, type SparkDataCondition } from "./spark-data-condition.ts";
import { type ItemPiece, SparkDataCursor } from "./spark-data-cursor.ts";
import { SparkDataItem } from "./spark-data-item.ts";
import { SparkDataNumberOperand, SparkDataStringOperand } from "./spark-data-operands.ts";
import { SparkDataGetResult, SparkDataQueryResult } from "./spark-data-results.ts";
import { type SparkDataSortOrder, sortArgument, sortOrder } from "./spark-data-sort-order.ts";

const NAME = "SparkGameDataService";

/** The Game Data Service: typed items with ids. Writes persist even if the script fails. */
export class SparkGameDataService {
  /** A new item, which will replace any with the same id. Not written until `persist`. */
  createItem(type: string, id: string): SparkDataItem {
    liveRun();
    const method = `${NAME}.createItem`;
    return new SparkDataItem(newItem(nameArgument(method, "type", type), nameArgument(method, "id", id)));
  }

  /** Reads an item. */
  getItem(type: string, id: string): SparkDataGetResult {
    liveRun();
    const method = `${NAME}.getItem`;
    const name = nameOrNull(method, "type", type);
    const itemId = nameOrNull(method, "id", id);
    if (name === null || itemId === null) return new SparkDataGetResult(null, null);
    const { answer, error } = attempt("data.get", `,${stringify(name)},${stringify(itemId)}`);
    const found = answer as ItemInput | null;
    return new SparkDataGetResult(found && new SparkDataItem(readItem(name, found)), error);
  }

  /** Finds the items of a type that match a condition, or all of them, in a sort order. */
  queryItems(
    type: string,
    condition?: SparkDataCondition | null,
    sortOrder?: SparkDataSortOrder | null,
  ): SparkDataQueryResult {
    liveRun();
    const method = `${NAME}.queryItems`;
    const name = nameOrNull(method, "type", type);
    const isAll = condition === undefined || condition === null;
    const asked = isAll ? "null" : conditionArgument(method, "condition", condition);
    const order = sortArgument(method, sortOrder);
    if (name === null) return new SparkDataQueryResult(new SparkDataCursor("", { documents: [], more: 0 }), null);
    const { answer, error } = attempt("data.query", `,${stringify(name)},${asked},${order}`);
    const first = answer as ItemPiece | null;
    return new SparkDataQueryResult(first && new SparkDataCursor(name, first), error);
  }

  /** A sort order by a field. */
  sort(shortCode: string, ascending: boolean): SparkDataSortOrder {
    liveRun();
    return sortOrder(`${NAME}.sort`, shortCode, ascending);
  }

  /** A string field, by its configured short code or by its path in the data, such as "pet.name". */
  S(shortCode: string): SparkDataStringOperand {
    liveRun();
    return new SparkDataStringOperand(nameArgument(`${NAME}.S`, "shortCode", shortCode));
  }

  /** A number field, as `S`. */
  N(shortCode: string): SparkDataNumberOperand {
    liveRun();
    return new SparkDataNumberOperand(nameArgument(`${NAME}.N`, "shortCode", shortCode));
  }
}
