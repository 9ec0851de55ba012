import { operation } from "../api/client.ts";
import type { Configuration } from "../api/types.ts";
import { chooseEvent } from "../play/draft.ts";
import { useResource } from "../state/resource.ts";
import { go, hrefOf } from "../state/router.ts";
import { may, stage } from "../state/session.ts";
import { DataTable } from "../ui/data-table.tsx";
import { Facts } from "../ui/facts.tsx";
import { Json, jsonText } from "../ui/json.tsx";
import { Problem } from "../ui/message.tsx";
import { Tabs } from "../ui/tabs.tsx";

/** The game's configuration as the server uses it. It is changed in the game's folder. */
export function ConfigPage({ place }: { place: string[] }) {
  const { data, problem, reload } = useResource(() => operation<Configuration>("configuration show", stage.value), []);
  const tab = place[0] ?? "events";
  const tabs = [
    { id: "events", title: "Events", count: data?.events.length },
    { id: "credentials", title: "Credentials", count: data?.credentials.length },
    { id: "integrations", title: "Integrations" },
    { id: "messages", title: "Messages", count: data?.messages.length },
  ];
  return (
    <div class="page">
      <h1>Config</h1>
      <Problem text={problem} retry={reload} />
      {data && (
        <>
          <Facts
            facts={[
              ["Game", data.name],
              ["API key", <code key="key">{data.apiKey}</code>],
              ["Folder", <code key="folder">{data.folder}</code>],
            ]}
          />
          {data.problems.map((text) => (
            <p key={text} class="notice warning">
              {text}
            </p>
          ))}
          <Tabs label="Parts" tabs={tabs} current={tab} choose={(next) => go("config", next)} />
          <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
            <Part configuration={data} tab={tab} />
          </div>
        </>
      )}
    </div>
  );
}

function Part({ configuration, tab }: { configuration: Configuration; tab: string }) {
  if (tab === "credentials") return <Credentials rows={configuration.credentials} />;
  if (tab === "integrations") return <Json text={jsonText(configuration.integrations)} label="Integrations" />;
  if (tab === "messages") return <Messages rows={configuration.messages} />;
  return <Events rows={configuration.events} />;
}

function Events({ rows }: { rows: Configuration["events"] }) {
  return (
    <DataTable
      label="Events"
      rows={rows}
      keyOf={({ shortCode }) => shortCode}
      columns={[
        { title: "Short code", cell: ({ shortCode }) => <code>{shortCode}</code> },
        { title: "Name", cell: ({ name }) => name },
        {
          title: "Attributes",
          cell: ({ attributes }) =>
            attributes.map(({ shortCode, type, defaultValue, isRequired }) => (
              <span key={shortCode} class="badge" title={isRequired ? "must be sent" : `${defaultValue} by default`}>
                {shortCode}: {type}
              </span>
            )),
        },
        {
          title: "Script",
          cell: ({ shortCode, hasScript }) =>
            hasScript && may("scripts read") ? (
              <a href={hrefOf("scripts", "event", shortCode)}>event/{shortCode}</a>
            ) : (
              "none"
            ),
        },
        {
          title: "Try",
          cell: ({ shortCode }) => (
            <button
              type="button"
              class="button small"
              aria-label={`Log it: ${shortCode}`}
              onClick={() => {
                chooseEvent(shortCode);
                go("play");
              }}
            >
              Log it
            </button>
          ),
        },
      ]}
    />
  );
}

function Credentials({ rows }: { rows: Configuration["credentials"] }) {
  const yes = (is: boolean) => (is ? "yes" : "no");
  return (
    <DataTable
      label="Credentials"
      rows={rows}
      keyOf={({ name }) => name}
      columns={[
        { title: "Name", cell: ({ name }) => <strong>{name}</strong> },
        { title: "Type", cell: ({ type }) => type },
        { title: "Players", cell: ({ canHavePlayer }) => yes(canHavePlayer) },
        { title: "Gets messages", cell: ({ canListen }) => yes(canListen) },
        { title: "Callbacks", cell: ({ canCallback }) => yes(canCallback) },
        { title: "REST", cell: ({ restPolicy }) => restPolicy },
        { title: "Secret", cell: ({ hasSecret }) => (hasSecret ? "set" : "none") },
      ]}
    />
  );
}

function Messages({ rows }: { rows: Configuration["messages"] }) {
  const yes = (is: boolean) => (is ? "yes" : "no");
  return (
    <DataTable
      label="Messages"
      rows={rows}
      keyOf={({ name }) => name}
      columns={[
        { title: "Message", cell: ({ name }) => name },
        { title: "By socket", cell: ({ sendViaSocket }) => yes(sendViaSocket) },
        { title: "As push", cell: ({ sendAsPush }) => yes(sendAsPush) },
        { title: "Title", cell: ({ title }) => title ?? "" },
        { title: "Expires after hours", isNumber: true, cell: ({ expireAfterHours }) => expireAfterHours ?? "" },
      ]}
    />
  );
}
