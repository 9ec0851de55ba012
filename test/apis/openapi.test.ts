import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apis } from "../../src/apis/index.ts";
import { openApiOf } from "../../src/apis/openapi.ts";
import { type ApisApp, startApisApp } from "../support/apis.ts";

let world: ApisApp;
beforeAll(async () => {
  world = await startApisApp();
});
afterAll(() => world.discard());

type Operation = { operationId: string; responses: Record<string, unknown>; deprecated?: boolean };

describe.each(apis)("the $name API", (api) => {
  it("has a description that is valid OpenAPI 3.1", async () => {
    const { valid, errors } = await new Validator().validate(openApiOf(api, "1.0.0"));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it("serves it without a key: every route, each with a success and with the API's errors", async () => {
    const { status, headers, body } = await world.send("GET", `/${api.name}/openapi.json`);
    expect([status, headers.get("content-type"), body.openapi]).toEqual([
      200,
      "application/json; charset=utf-8",
      "3.1.0",
    ]);
    const operations = Object.values(body.paths as Record<string, Record<string, Operation>>).flatMap((item) =>
      Object.values(item),
    );
    const current = operations.filter(({ deprecated }) => !deprecated).map(({ operationId }) => operationId);
    expect(current.sort()).toEqual(api.routes.map(({ name }) => name).sort());
    for (const { operationId, responses } of operations) {
      const statuses = Object.keys(responses).map(Number);
      expect(
        statuses.some((each) => each < 300),
        operationId,
      ).toBe(true);
      expect(statuses, operationId).toEqual(expect.arrayContaining(api.errors!.map((error) => error.status)));
    }
    expect(JSON.stringify(body)).not.toContain('"wanted":');
  });

  it("shows it on a page that runs its own files only", async () => {
    const page = await world.send("GET", `/${api.name}/docs`);
    expect(page.status).toBe(200);
    const policy = page.headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(page.text).not.toMatch(/https?:|<script>|style=/);
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
    expect(files).toHaveLength(3);
    for (const file of files) {
      const { status, headers, text } = await world.send("GET", file);
      expect([file, status, headers.get("content-security-policy")]).toEqual([file, 200, policy]);
      expect(headers.get("content-type")).toMatch(file.endsWith(".css") ? /^text\/css/ : /^text\/javascript/);
      if (!file.endsWith("start.js")) expect(text.length).toBeGreaterThan(100_000);
    }
    const start = await world.send("GET", `/${api.name}/docs/start.js`);
    expect(start.text).toContain(`"/${api.name}/openapi.json"`);
    expect(start.text).toContain('"validatorUrl":null');
  });
});
