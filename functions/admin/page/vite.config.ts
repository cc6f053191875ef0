import { defineConfig } from "vite";
import { licenses } from "./licenses.ts";

// `infra/page dev` sets it: the admin API of a running demo.
const api = process.env["REDIAL_ADMIN_URL"];
const at = api ? new URL(api) : undefined;

export default defineConfig({
  // The page is below a stage of API Gateway, whose name it does not know.
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
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
