import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/**
 * Builds the console into `build/console/`. Nothing is inlined, because the server's content security policy allows
 * scripts and styles from files only.
 */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/console/",
  cacheDir: fileURLToPath(new URL("../node_modules/.cache/vite", import.meta.url)),
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: fileURLToPath(new URL("../build/console", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
