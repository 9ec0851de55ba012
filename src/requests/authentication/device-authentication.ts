import { Type } from "@sinclair/typebox";
import { playerOfDevice, segmentsOf, segmentsRefusals } from "../../domains/accounts/index.ts";
import { field } from "../../errors.ts";
import { signUpBonuses } from "../../game/currencies.ts";
import { defineRequest } from "../definition.ts";
import { checkName, MAX_NAME_LENGTH, optionalJson, optionalText, text } from "../fields.ts";
import { refusals } from "./refusals.ts";
import { AuthenticationFields, exampleAnswer, signedIn } from "./response.ts";

/** Source: GameSparks documentation, DeviceAuthenticationRequest. */
export const deviceAuthentication = defineRequest({
  name: "DeviceAuthenticationRequest",
  responseName: "AuthenticationResponse",
  category: "authentication",
  description: "Signs in the player of a device; the first use of a device creates the player.",
  caller: "anyone",
  work: "write",
  fields: Type.Object({
    deviceId: text("The device's id on its platform."),
    deviceOS: text("The device's platform: IOS, ANDROID, WP8, W8 or any other that an SDK sends; upper or lower case."),
    deviceModel: optionalText("The device's model."),
    deviceName: optionalText("The device's name."),
    deviceType: optionalText("The device's type."),
    operatingSystem: optionalText("The device's operating system."),
    displayName: optionalText("The display name of the player, if this request creates it."),
    segments: optionalJson("Segment type → value to set on the player."),
  }),
  response: AuthenticationFields,
  errors: [
    field("deviceId", "REQUIRED", "The device's id is empty.", "Send one that stays the same for the device."),
    refusals.deviceOS["IOS|ANDROID|WP8"],
    field("deviceOS", "INVALID", "The platform has more than 256 characters, or a NUL.", "Send its name."),
    field("displayName", "TOO_LONG"),
    ...segmentsRefusals,
  ],
  examples: [
    {
      title: "A device's first use",
      request: { "@class": ".DeviceAuthenticationRequest", deviceId: "f1a2b3", deviceOS: "IOS", displayName: "Grace" },
      response: exampleAnswer({ displayName: "Grace", newPlayer: true }),
    },
  ],
  async handle(context, { deviceId, deviceOS, displayName, segments }) {
    if (deviceId === "") throw context.refuse(field("deviceId", "REQUIRED"));
    if (deviceOS === "") throw context.refuse(refusals.deviceOS["IOS|ANDROID|WP8"]);
    if (deviceOS.length > MAX_NAME_LENGTH || deviceOS.includes("\0"))
      throw context.refuse(field("deviceOS", "INVALID"));
    checkName("displayName", displayName, { empty: true });
    const device = { deviceId, deviceOS, displayName, segments: segmentsOf(segments) };
    const newcomer = { ...signUpBonuses(context.game), now: context.clock.now() };
    const { player, newPlayer } = await playerOfDevice(context.documents, device, newcomer);
    return signedIn(player, newPlayer);
  },
});
