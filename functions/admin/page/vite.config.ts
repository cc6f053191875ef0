import { readFileSync } from "node:fs";
import { defineConfig } from "vite";
import { licenses } from "./licenses.ts";

// `infra/page dev` sets it: the admin API of a running demo.
const api = process.env["REDIAL_ADMIN_URL"];
const at = api ? new URL(api) : undefined;

/** `virtual:settings`: what the API's document says of each setting, so that limits are written down once. */
const settings = {
  name: "settings",
  resolveId: (id: string) => (id === "virtual:settings" ? "\0virtual:settings" : undefined),
  load(id: string) {
    if (id !== "\0virtual:settings") return undefined;
    const document = JSON.parse(readFileSync(new URL("../../../openapi.json", import.meta.url), "utf8"));
    return `export const SETTINGS = ${JSON.stringify(document.components.schemas.Config.properties)};`;
  },
};

export default defineConfig({
  // The page is below a stage of API Gateway, whose name it does not know.
  base: "./",
  plugins: [settings],
  build: {
    target: "es2023",
    assetsDir: "admin",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        // One file of each kind with a fixed name: the browser asks by ETag whether it has changed.
        entryFileNames: "admin/page.js",
        assetFileNames: "admin/page[extname]",
        codeSplitting: false,
        postBanner: licenses(),
      },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: at
      ? {
          "/api/admin/redial-queue": {
            target: at.origin,
            changeOrigin: true,
            rewrite: (path) => path.replace("/api/admin/redial-queue", at.pathname),
          },
        }
      : {},
  },
});
