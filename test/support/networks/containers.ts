import { graphError, notFound } from "./meta.ts";
import type { NetworkAnswer } from "./server.ts";

/** Containers and posts, as Instagram and Threads have them. */
export interface Container {
  id: string;
  form: URLSearchParams;
  state: "IN_PROGRESS" | "FINISHED" | "ERROR" | "EXPIRED" | "PUBLISHED";
  /** How often it is still in progress when asked. */
  pending: number;
  reason?: string;
}

export interface ContainerPost {
  id: string;
  text: string;
  createdAt: number;
  container: string;
}

export type ContainerStore = ReturnType<typeof containerStore>;

export function containerStore(textField: "caption" | "text", now: () => number) {
  const containers = new Map<string, Container>();
  const posts: ContainerPost[] = [];
  let lastId = 17_000;
  /** What the next containers become. */
  const next: { pending: number; state: Container["state"]; reason?: string } = { pending: 0, state: "FINISHED" };

  return {
    containers,
    posts,
    next,
    create(form: URLSearchParams): NetworkAnswer {
      const id = String(++lastId);
      for (const child of form.get("children")?.split(",") ?? []) {
        const made = containers.get(child);
        if (!made) return notFound();
        if (made.state !== "FINISHED" || made.pending > 0)
          return graphError(9007, { subcode: 2207027, message: "The media is not ready" });
      }
      const { pending, state, reason } = next;
      containers.set(id, { id, form, state, pending, ...(reason && { reason }) });
      return { body: { id } };
    },
    /** The state of a container, which then proceeds. */
    look(id: string): Container | undefined {
      const container = containers.get(id);
      if (container && container.pending > 0) {
        container.pending--;
        return { ...container, state: "IN_PROGRESS" };
      }
      return container;
    },
    publish(id: string): NetworkAnswer {
      const container = containers.get(id);
      if (!container || container.state === "EXPIRED") {
        return graphError(24, { subcode: 2207006, message: "The requested resource does not exist" });
      }
      if (container.state === "PUBLISHED") return graphError(100, { message: "The media was published already" });
      if (container.state !== "FINISHED" || container.pending > 0) {
        return graphError(9007, { subcode: 2207027, message: "The media is not ready for publishing" });
      }
      container.state = "PUBLISHED";
      const post = { id: String(++lastId), text: container.form.get(textField) ?? "", createdAt: now(), container: id };
      posts.push(post);
      return { body: { id: post.id } };
    },
    /** The posts, newest first: the stories alone, or all others. */
    list(permalink: (id: string) => string, isOfStories = false): NetworkAnswer {
      const isStory = ({ container }: ContainerPost) => containers.get(container)?.form.get("media_type") === "STORIES";
      const listed = posts.filter((post) => isStory(post) === isOfStories);
      const data = listed.toReversed().map(({ id, text, createdAt }) => ({
        id,
        ...(text && { [textField]: text }),
        timestamp: new Date(createdAt).toISOString().replace(/\.\d{3}Z$/, "+0000"),
        permalink: permalink(id),
      }));
      return { body: { data } };
    },
  };
}
