import { collectDefaultMetrics, type MetricObjectWithValues, type MetricValue, Registry } from "prom-client";
import type { ScriptHostFigures } from "../cloudcode/cloudcode.ts";
import { type Metrics, TIME_BOUNDS, type Timing } from "../kernel/metrics.ts";

type Values = MetricValue<string>[];

/** Formats the metrics, and the library's own process metrics, for Prometheus. */
export function createMetricsPage(
  metrics: Metrics,
  scriptHosts: () => ScriptHostFigures | undefined,
): { contentType: string; text(): Promise<string> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string, values: () => Values) =>
    register(registry, "counter", name, help, values);
  const timings = (name: string, help: string, values: () => Values) =>
    register(registry, "histogram", name, help, values);

  register(registry, "gauge", "rekindle_sockets", "Open sockets.", () => [{ labels: {}, value: metrics.connections }]);
  counter("rekindle_sockets_closed_total", "Sockets refused or closed by the server, by reason.", () =>
    [...metrics.closed].map(([reason, value]) => ({ labels: { reason }, value })),
  );
  counter("rekindle_unexpected_errors_total", "Unexpected errors, by where they were caught.", () =>
    Object.entries(metrics.unexpected).map(([place, value]) => ({ labels: { place }, value })),
  );
  counter("rekindle_requests_total", "Requests, by class and result.", () =>
    [...metrics.requests].flatMap(([request, { results }]) =>
      Object.entries(results).map(([result, value]) => ({ labels: { request, result }, value })),
    ),
  );
  timings("rekindle_request_seconds", "Time from receiving a request to its response, by class.", () =>
    [...metrics.requests].flatMap(([request, { timing }]) =>
      histogram("rekindle_request_seconds", { request }, timing),
    ),
  );
  counter("rekindle_script_runs_total", "Script runs, by script and outcome.", () =>
    [...metrics.scripts].flatMap(([script, { outcomes }]) =>
      [...outcomes].map(([outcome, value]) => ({ labels: { script, outcome }, value })),
    ),
  );
  timings("rekindle_script_seconds", "Run time of scripts in their host, by script.", () =>
    [...metrics.scripts].flatMap(([script, { timing }]) => histogram("rekindle_script_seconds", { script }, timing)),
  );
  counter("rekindle_script_calls_total", "Calls from scripts to the server, by call and outcome.", () =>
    [...metrics.scriptCalls].flatMap(([call, { outcomes }]) =>
      [...outcomes].map(([outcome, value]) => ({ labels: { call, outcome }, value })),
    ),
  );
  timings("rekindle_script_call_seconds", "Response time of calls from scripts to the server, by call.", () =>
    [...metrics.scriptCalls].flatMap(([call, { timing }]) =>
      histogram("rekindle_script_call_seconds", { call }, timing),
    ),
  );
  counter("rekindle_script_http_total", "HTTP requests sent by scripts, by outcome.", () =>
    [...metrics.outgoing.outcomes].map(([outcome, value]) => ({ labels: { outcome }, value })),
  );
  timings("rekindle_script_http_seconds", "Response time of HTTP requests sent by scripts.", () =>
    histogram("rekindle_script_http_seconds", {}, metrics.outgoing.timing),
  );
  const ofHosts = (value: (figures: ScriptHostFigures) => number) => (): Values => {
    const figures = scriptHosts();
    return figures ? [{ labels: {}, value: value(figures) }] : [];
  };
  const hostGauge = (name: string, help: string, value: (figures: ScriptHostFigures) => number) =>
    register(registry, "gauge", name, help, ofHosts(value));
  const hostCounter = (name: string, help: string, value: (figures: ScriptHostFigures) => number) =>
    counter(name, help, ofHosts(value));
  hostGauge("rekindle_script_hosts", "Ready script hosts, including the spare one.", (f) => f.hosts);
  hostGauge("rekindle_script_host_bytes", "Resident memory of all script hosts.", (f) => f.memoryMb * 1_048_576);
  hostGauge("rekindle_script_runs_under_way", "Script runs in progress.", (f) => f.runsUnderWay);
  hostGauge("rekindle_script_runs_waiting", "Script runs waiting for a lane.", (f) => f.runsWaiting);
  hostCounter("rekindle_script_waits_total", "Script runs that had to wait for a lane.", (f) => f.waits);
  hostCounter(
    "rekindle_script_wait_seconds_total",
    "Total time that script runs waited for a lane.",
    (f) => f.waitSeconds,
  );
  hostCounter("rekindle_script_cpu_seconds_total", "CPU time of scripts.", (f) => f.cpuSeconds);
  hostCounter(
    "rekindle_script_runs_in_background_total",
    "Script runs in the background process, because their player exceeded its CPU share.",
    (f) => f.runsInBackground,
  );
  hostCounter(
    "rekindle_script_log_lines_dropped_total",
    "Script log lines dropped because of a limit.",
    (f) => f.logLinesDropped,
  );
  hostCounter("rekindle_script_hosts_started_total", "Script hosts started.", (f) => f.hostsStarted);
  counter("rekindle_script_hosts_ended_total", "Script hosts ended, by reason.", () =>
    [...(scriptHosts()?.hostsEnded ?? [])].map(([reason, value]) => ({ labels: { reason }, value })),
  );
  timings("rekindle_store_seconds", "Time until the store acknowledged, by operation.", () =>
    [...metrics.store].flatMap(([verb, timing]) => histogram("rekindle_store_seconds", { verb }, timing)),
  );
  return { contentType: registry.contentType, text: () => registry.metrics() };
}

/** A metric whose values are stored elsewhere. */
function register(registry: Registry, type: string, name: string, help: string, values: () => Values): void {
  const get = async () => ({ name, help, type, aggregator: "sum", values: values() });
  registry.registerMetric({ name, get } as unknown as Parameters<typeof registry.registerMetric>[0] &
    MetricObjectWithValues<MetricValue<string>>);
}

function histogram(name: string, labels: Record<string, string>, { counts, sum }: Timing): Values {
  let count = 0;
  const values: (MetricValue<string> & { metricName: string })[] = [];
  counts.forEach((inBucket, i) => {
    count += inBucket;
    const le = i < TIME_BOUNDS.length ? String(TIME_BOUNDS[i]) : "+Inf";
    values.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: count });
  });
  values.push({ metricName: `${name}_sum`, labels, value: sum });
  values.push({ metricName: `${name}_count`, labels, value: count });
  return values;
}
