import { Type } from "@sinclair/typebox";
import { NETWORKS, type Network } from "../../../publishers/publisher.ts";

/** Members that profiles are created and changed with. */

export const Title = Type.String({
  description: "Unique among the profiles.",
  minLength: 1,
  maxLength: 200,
  wanted: "a text of 1 to 200 characters",
});

export const profileFields = {
  displayTitle: Type.Optional(Type.String({ description: "As users see it.", maxLength: 200 })),
  disableSocial: Type.Optional(
    Type.Array(Type.String({ maxLength: 40 }), {
      description: `Networks that its users cannot link: ${NETWORKS.join(", ")}. Other names are ignored.`,
      maxItems: 40,
    }),
  ),
  tags: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { description: "Free texts.", maxItems: 50 })),
};

interface Fields {
  displayTitle?: string;
  disableSocial?: string[];
  tags?: string[];
}

/** The members as they are stored; absent ones stay absent. */
export function storedFields({ displayTitle, disableSocial, tags }: Fields) {
  const disabledNetworks: Network[] | undefined =
    disableSocial && NETWORKS.filter((network) => disableSocial.includes(network));
  return {
    ...(displayTitle !== undefined && { displayTitle }),
    ...(disabledNetworks && { disabledNetworks }),
    ...(tags && { tags }),
  };
}
