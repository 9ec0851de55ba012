import type { TestProject } from "vitest/node";
import { buildSandbox } from "../../tools/build-sandbox.ts";

/** Builds the sandbox before the tests, and before they are run again where vitest watches the sources. */
export default async function setup(project: TestProject): Promise<void> {
  await buildSandbox();
  project.onTestsRerun(() => buildSandbox());
}
