import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DeliveryFolder } from "../../../src/domains/files/folder.ts";

it.runIf(process.platform !== "win32")(
  "creates folders for the server's user only, and does not change existing ones",
  async () => {
    const root = await mkdtemp(join(tmpdir(), "rekindle-delivery-folder-"));
    const modeOf = async (...path: string[]) => ((await stat(join(root, ...path))).mode & 0o777).toString(8);
    await new DeliveryFolder(join(root, "made")).prepare();
    for (const path of [["made"], ["made", "processed"], ["made", "failed"]]) expect(await modeOf(...path)).toBe("700");
    await mkdir(join(root, "there", "processed"), { recursive: true, mode: 0o755 });
    await new DeliveryFolder(join(root, "there")).prepare();
    for (const path of [["there"], ["there", "processed"]]) expect(await modeOf(...path)).toBe("755");
    await rm(root, { recursive: true });
  },
);
