import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ServeOptions } from "./answer.ts";
import type { Api } from "./api.ts";
import { openApiOf } from "./openapi.ts";

/** The page runs only its own files and calls only this server. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

/** Files of Swagger UI as `@fastify/swagger-ui` ships them. */
const FILES = { "swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css" } as const;

/**
 * `/<name>/openapi.json` and `/<name>/docs`: the description of an API and a page that shows it. Both need no key, contain
 * no data, and load nothing from elsewhere.
 */
export function addReference(
  http: FastifyInstance,
  api: Api,
  { connectionRate, version }: Pick<ServeOptions, "connectionRate"> & { version: string },
): void {
  let description: string | undefined;
  const base = `/${api.name}/docs`;
  const routes: Record<string, () => Promise<{ type: string; text: string | Buffer }>> = {
    [`/${api.name}/openapi.json`]: async () => {
      description ??= JSON.stringify(openApiOf(api, version));
      return { type: "application/json", text: description };
    },
    [base]: async () => ({ type: "text/html", text: page(api, base) }),
    [`${base}/start.js`]: async () => ({ type: "text/javascript", text: start(api) }),
  };
  for (const [name, type] of Object.entries(FILES)) {
    routes[`${base}/${name}`] = async () => ({ type, text: await readFile(pathOf(name)) });
  }
  for (const [url, content] of Object.entries(routes)) {
    http.get(url, async (request: FastifyRequest, reply: FastifyReply) => {
      if (!connectionRate(request).admits()) return reply.code(429).header("retry-after", 1).send();
      const { type, text } = await content();
      return reply.headers(HEADERS).type(`${type}; charset=utf-8`).send(text);
    });
  }
}

const { resolve } = createRequire(import.meta.url);
const pathOf = (name: string) => resolve(`@fastify/swagger-ui/static/${name}`);

function page({ title }: Api, base: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${base}/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="${base}/swagger-ui-bundle.js"></script>
<script src="${base}/start.js"></script>
</body>
</html>
`;
}

/** The validator is a service on the internet, so it is switched off. */
function start({ name }: Api): string {
  const options = { url: `/${name}/openapi.json`, dom_id: "#page", deepLinking: true, validatorUrl: null };
  return `window.ui = SwaggerUIBundle(${JSON.stringify(options)});\n`;
}
