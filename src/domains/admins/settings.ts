import { choice, whole } from "../../setting.ts";

export const adminsSettings = {
  console: choice(
    "Whether the admin console is served at /console. auto: on this machine's own address always, elsewhere once an admin exists.",
    ["auto", "on", "off"],
  ),
  consoleIdleMinutes: whole(
    "Minutes without a request after which an admin is signed out of the console.",
    60,
    1,
    1_440,
  ),
  consoleSessionHours: whole("Hours after which an admin must sign in to the console again.", 12, 1, 168),
};
