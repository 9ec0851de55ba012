import { EXAMPLE } from "../../../src/apis/hooked/examples.ts";
import type { Arrangements } from "../../support/api-examples.ts";
import type { ApisApp } from "../../support/apis.ts";
import { addVideoOf, integrationIdOf, scheduleOf } from "./support.ts";

const nothing = async () => ({});

async function integration(world: ApisApp) {
  const account = await world.account(world.mine, "youtube");
  return { account, replace: { [EXAMPLE.integration]: integrationIdOf(account) } };
}

const account = async (world: ApisApp) => ({ replace: (await integration(world)).replace });

const video = async (world: ApisApp) => ({ replace: { [EXAMPLE.video]: await addVideoOf(world, world.mine) } });

const both = async (world: ApisApp) => ({
  replace: { ...(await integration(world)).replace, ...(await video(world)).replace },
});

const schedule = async (world: ApisApp) => {
  const { account, replace } = await integration(world);
  const { _id } = await scheduleOf(world, world.mine, account);
  return { replace: { ...replace, [EXAMPLE.schedule]: `post_${_id}` } };
};

/** What the examples rely on, by the route's name. */
export const hookedArrangements: Arrangements = {
  listIntegrations: account,
  getIntegration: account,
  deleteIntegration: account,
  addVideo: nothing,
  listVideos: video,
  createSchedule: both,
  listSchedules: schedule,
  getSchedule: schedule,
  updateSchedule: schedule,
  deleteSchedule: schedule,
};
