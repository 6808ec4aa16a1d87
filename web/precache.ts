import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** Files of public/ that every page loads. */
const open = ["preferences.js", "icon.svg"];

/** Write into sw.js which files the site is made of, and a version that changes with any of them. */
export function precache(): Plugin {
  let root = "";
  return {
    name: "precache",
    apply: "build",
    enforce: "post",
    configResolved(config) {
      root = config.publicDir;
    },
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const worker = bundle["sw.js"];
        if (worker?.type !== "chunk") throw new Error("the build made no sw.js");
        const chunk = (name: string) => {
          const found = bundle[name];
          return found?.type === "chunk" ? found : undefined;
        };
        /** A script with all that it loads at once, and their sheets. */
        const files = (name: string, seen = new Set<string>()): Set<string> => {
          if (seen.has(name)) return seen;
          seen.add(name);
          for (const other of chunk(name)?.imports ?? []) files(other, seen);
          for (const sheet of chunk(name)?.viteMetadata?.importedCss ?? []) seen.add(sheet);
          return seen;
        };
        const all = Object.values(bundle).filter((one) => one !== worker);
        const page = bundle["index.html"];
        const entry = page?.type === "asset" ? /<script type="module"[^>]* src="\/([^"]+)"/.exec(String(page.source))?.[1] : null;
        if (!entry) throw new Error("the page starts with no script");
        const fonts = all.filter((one) => one.fileName.endsWith(".woff2")).map((one) => one.fileName);
        const shell = new Set(["", ...open, ...files(entry), ...fonts]);
        const parts: Record<string, string[]> = {};
        for (const one of all) {
          if (one.type !== "chunk" || !one.isDynamicEntry) continue;
          const its = [...files(one.fileName)].filter((name) => !shell.has(name)).map((name) => `/${name}`);
          // Parts of one name (a page, its texts in both languages) are kept together.
          if (its.length > 0) parts[one.name] = [...new Set([...(parts[one.name] ?? []), ...its])];
        }
        const hash = createHash("sha256").update(worker.code);
        for (const one of all.sort((a, b) => (a.fileName < b.fileName ? -1 : 1)))
          hash.update(one.fileName).update(one.type === "chunk" ? one.code : one.source);
        for (const name of open) hash.update(readFileSync(`${root}/${name}`));
        const version = hash.digest("hex").slice(0, 12);
        const manifest = { version, entry: `/${entry}`, shell: [...shell].map((name) => `/${name}`), parts };
        worker.code = worker.code.replaceAll("MANIFEST", JSON.stringify(manifest));
      },
    },
  };
}
