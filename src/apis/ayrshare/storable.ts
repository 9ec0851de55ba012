import { PublishRefused } from "../../publishers/publisher.ts";
import { ApiRefusal } from "../problem.ts";

/** The result of sealing. @throws ApiRefusal if the server has no key to store secrets with */
export async function storable<R>(seal: () => Promise<R>): Promise<R> {
  try {
    return await seal();
  } catch (error) {
    if (error instanceof PublishRefused) throw new ApiRefusal(500, 500, error.message);
    throw error;
  }
}
