import { operation } from "../api/client.ts";
import type { CollectionRow } from "../api/types.ts";
import { useResource } from "../state/resource.ts";
import { hrefOf } from "../state/router.ts";
import { stage } from "../state/session.ts";
import { Empty, Problem } from "../ui/message.tsx";
import { FindView } from "./find-view.tsx";

const TITLES: Record<CollectionRow["kind"], string> = {
  runtime: "Of scripts",
  metadata: "Metadata",
  system: "Of the server",
};

/** `#/data` lists the collections, `#/data/script.records` searches one. */
export function DataPage({ place }: { place: string[] }) {
  const [name] = place;
  const { data, problem, reload } = useResource(() => operation<CollectionRow[]>("collections list", stage.value), []);
  return (
    <div class="page split-page">
      <h1>Data</h1>
      <Problem text={problem} retry={reload} />
      <div class="split">
        <nav class="panel split-list" aria-label="Collections">
          {[...Map.groupBy(data ?? [], ({ kind }) => kind)].map(([kind, rows]) => (
            <section key={kind} aria-label={TITLES[kind]}>
              <h2>{TITLES[kind]}</h2>
              <ul>
                {rows.map((row) => (
                  <li key={row.name}>
                    <a href={hrefOf("data", row.name)} aria-current={row.name === name ? "true" : undefined}>
                      {row.name}
                    </a>
                  </li>
                ))}
              </ul>
            </section>
          ))}
          {data?.length === 0 && <p class="soft small split-none">No collections yet.</p>}
        </nav>
        <section class="panel split-main" aria-label="Collection">
          {name === undefined ? (
            <Empty title="Choose a collection.">
              <p class="soft">
                Scripts create collections with their first document: <code>Spark.runtimeCollection("records")</code>.
                Nothing can be changed here.
              </p>
            </Empty>
          ) : (
            <FindView key={name} collection={name} />
          )}
        </section>
      </div>
    </div>
  );
}
