import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { precache } from "./precache.ts";

const origin = `http://127.0.0.1:${process.env["PORT"] ?? "8000"}`;
const proxy = Object.fromEntries(["/api", "/catalogue", "/statistics", "/tt/", "/cq/", "/en/", "/sitemap.xml", "/robots.txt", "/assets/site.css", "/sandbox"].map((path) => [path, origin]));

const core =
  /node_modules\/preact\/|vite\/preload|src\/(?:\w+\.tsx?|api\/(?:key|refusal)\.ts|i18n\/index\.ts|i18n\/vi\/(?:common|entry)\.ts|parts\/(?:Button|Dialog|Loading|Notice|Offline|Page|Rating|Said|Shell|live)\.tsx|pages\/entry\/(?:home|EntryList|SearchBox)\.tsx)$/;

// What every form has: small files each of their own would cost a slow line more than their weight.
const forms =
  /node_modules\/openapi-fetch\/|src\/(?:kept\.ts|api\/client\.ts|parts\/(?:Dialog|ErrorSummary|Field|NumberField|Progress|StateTag|SummaryList|field-frame|number)\.tsx?)$/;

export default defineConfig({
  plugins: [preact(), precache()],
  server: { proxy },
  preview: { proxy },
  css: { preprocessorOptions: { scss: { quietDeps: true } } },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // Nothing may become a data: address; the policy of the site allows them for pictures of papers only.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: ["index.html", "src/worker/sw.ts"],
      output: {
        // Browsers ask for the service worker by this name, and see by its content that the site is another.
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        // What every first visit needs comes in one piece: on a slow line each further file costs a round trip.
        codeSplitting: { groups: [
            { name: "core", test: core },
            { name: "forms", test: forms },
          ] },
        // The pre-rendered guidance pages link the style sheet by this name.
        assetFileNames: (asset) =>
          asset.names.some((name) => name === "core.css")
            ? "assets/site.css"
            : "assets/[name]-[hash][extname]",
      },
    },
  },
});
