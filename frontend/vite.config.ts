import { defineConfig } from "vite";

// File names are fixed: Django's static storage adds the content hash. Nothing but `dist/` leaves this folder.
export default defineConfig({
  base: "/static/",
  publicDir: false,
  css: { preprocessorOptions: { scss: { quietDeps: true } } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["chrome100", "safari15.4", "firefox103"],
    cssTarget: ["chrome100", "safari15.4", "firefox103"],
    modulePreload: false,
    cssCodeSplit: true,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // htmx names eval, but is set to never use it (src/parts/request.ts), and the site's policy forbids it.
      checks: { eval: false },
      input: { app: "src/app.ts", theme: "src/theme.ts" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "parts/[name].js",
        // What the lazy parts share with the page stands apart. Were it in app.js, they would load that a second time
        // under the name without its hash, and everything on the page would happen twice.
        advancedChunks: { groups: [{ name: "shared", test: /src[\\/]parts[\\/](texts|mount|toast|icon)\.ts$|rolldown|defineProperty/ }] },
        assetFileNames: (asset) => (asset.names.includes("app.css") ? "app.css" : "parts/[name][extname]"),
      },
    },
  },
  worker: {
    format: "es",
    rolldownOptions: { output: { entryFileNames: "parts/worker-[name].js" } },
  },
});
