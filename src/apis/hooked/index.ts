import type { Api } from "../api.ts";
import { commonErrors, errorSchema, refuse } from "./envelope.ts";
import { deleteIntegration } from "./integrations/delete-integration.ts";
import { getIntegration } from "./integrations/get-integration.ts";
import { listIntegrations } from "./integrations/list-integrations.ts";
import { createSchedule } from "./schedules/create-schedule.ts";
import { deleteSchedule } from "./schedules/delete-schedule.ts";
import { getSchedule } from "./schedules/get-schedule.ts";
import { listSchedules } from "./schedules/list-schedules.ts";
import { updateSchedule } from "./schedules/update-schedule.ts";
import { addVideo } from "./videos/add-video.ts";
import { listVideos } from "./videos/list-videos.ts";

export const hooked: Api = {
  name: "hooked",
  title: "Hooked API",
  description:
    "Accounts and scheduled videos, as clients of Hooked call them. A team is the project of the key. Success is `{success: true, message?, data}`, a refusal `{code, message, details}`.",
  prefixes: ["", "/hooked", "/api", "/hooked/api"],
  spaces: ["/hooked"],
  routes: [
    listIntegrations,
    getIntegration,
    deleteIntegration,
    addVideo,
    listVideos,
    createSchedule,
    listSchedules,
    getSchedule,
    updateSchedule,
    deleteSchedule,
  ],
  authentication: { header: "x-api-key" },
  unknownMembers: "ignore",
  refuse,
  errors: commonErrors,
  errorSchema,
};
