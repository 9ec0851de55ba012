import { type TSchema, Type } from "@sinclair/typebox";

/** Schemas that several APIs use. */
export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
export const time = (description: string) => Type.String({ format: "date-time", description });
