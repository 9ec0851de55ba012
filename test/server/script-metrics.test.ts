import { expect, it } from "vitest";
import { startTestApp, testGame } from "../support/app.ts";
import { signIn } from "./support.ts";

const script = (shortCode: string, source: string) => ({ type: "request", shortCode, source });

it("/metrics reports the script hosts and every exceeded limit", async () => {
  const embeddedScripts = [
    script("AccountDetailsRequest", "for (var i = 0; i < 30; i++) Spark.getLog().info(i);"),
    script("SocialStatusRequest", "for (;;) {}"),
  ];
  const app = await startTestApp({
    game: testGame([], { embeddedScripts }),
    config: { scriptCpuMs: 100, scriptLogLines: 10 },
  });
  try {
    const client = await app.client();
    await signIn(client);
    expect((await client.request("AccountDetailsRequest")).error).toBeUndefined();
    expect(await client.request("SocialStatusRequest")).toMatchObject({ error: { script: "CPU" } });
    const text = await (await fetch(`${app.httpUrl}/metrics`)).text();
    const figure = (series: string): number => {
      const line = text.split("\n").find((one) => one.startsWith(`${series} `));
      return Number(line?.slice(series.length));
    };
    expect(figure('rekindle_script_runs_total{script="request/SocialStatusRequest",outcome="cpu"}')).toBe(1);
    expect(figure("rekindle_script_log_lines_dropped_total")).toBe(20);
    expect(figure("rekindle_script_hosts")).toBeGreaterThanOrEqual(1);
    // The spare host starts after the first.
    expect([1, 2]).toContain(figure("rekindle_script_hosts_started_total"));
    expect(figure("rekindle_script_host_bytes")).toBeGreaterThan(20_000_000);
    expect(figure("rekindle_script_cpu_seconds_total")).toBeGreaterThan(0.05);
    expect(figure("rekindle_script_runs_under_way")).toBe(0);
    expect(figure("rekindle_script_runs_waiting")).toBe(0);
    expect(figure("rekindle_script_waits_total")).toBe(1);
    expect(figure("rekindle_script_wait_seconds_total")).toBeGreaterThan(0);
  } finally {
    await app.discard();
  }
});
