import { Type } from "@sinclair/typebox";

/** Arguments that several operations have. */

export const line = (description: string) =>
  Type.String({
    description,
    pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]{1,100}$",
    wanted: "1 to 100 characters on one line",
  });

export const MAX_LISTED = 200;

export const limit = Type.Integer({
  description: "Maximum number of results, 50 by default.",
  minimum: 1,
  maximum: MAX_LISTED,
  wanted: `a whole number from 1 to ${MAX_LISTED}`,
});

export const organization = Type.String({
  description: "Id of an organization. By default, the game's own.",
  pattern: "^org_[0-9a-z]{1,40}$",
  wanted: 'an organization\'s id, as "rekindle organizations list" shows it',
});

export const project = Type.String({
  description: "Id of a project. By default, the game's own.",
  pattern: "^prj_[0-9a-z]{1,40}$",
  wanted: 'a project\'s id, as "rekindle projects list" shows it',
});

export const profile = Type.String({
  description: "Id or refId of a profile.",
  pattern: "^(prf_[0-9a-z]{1,40}|primary:prj_[0-9a-z]{1,40}|player:[0-9a-f]{24}|[0-9a-f]{40})$",
  wanted: 'a profile\'s id or refId, as "rekindle profiles create" and GET /api/profiles of Ayrshare show them',
});

export const player = Type.String({
  description: "Id of a player.",
  pattern: "^[0-9a-f]{24}$",
  wanted: "a player's id: 24 hex digits",
});

export const key = Type.String({
  description: "Id of a key.",
  pattern: "^[0-9a-z]{16}$",
  wanted: 'a key\'s id of 16 characters, as "rekindle keys list" shows it',
});
