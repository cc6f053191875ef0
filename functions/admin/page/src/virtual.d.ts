declare module "virtual:settings" {
  /** The part of JSON Schema that the document uses for settings. */
  export const SETTINGS: Record<
    keyof import("./openapi.d.ts").components["schemas"]["Config"],
    {
      type: "boolean" | "integer" | "string" | "array";
      description: string;
      enum?: string[];
      minimum?: number;
      maximum?: number;
      pattern?: string;
      items?: { type: "string" | "integer"; enum?: string[]; format?: string };
    }
  >;
}
