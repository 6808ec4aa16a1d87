// What a first visit of a citizen costs, compressed; above the budget it ends with 1.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url).pathname;
const budget = { script: 40_000, all: 120_000, desk: 90_000 };
const names = readdirSync(`${dist}assets`);
const weight = (path) => {
  const content = readFileSync(dist + path);
  return path.endsWith(".woff2") ? content.length : gzipSync(content, { level: 9 }).length;
};

/** The scripts that a script needs at once. */
function needs(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(`${dist}assets/${name}`, "utf8");
  for (const [, other] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) needs(other, seen);
  return seen;
}

const page = readFileSync(`${dist}index.html`, "utf8");
const entry = /src="\/assets\/([^"]+\.js)"/.exec(page)?.[1];
if (!entry) throw new Error("index.html names no script");
const chunk = (start) => names.filter((name) => name.startsWith(`${start}-`) && name.endsWith(".js"));
const first = needs(entry);
for (const name of chunk("home")) needs(name, first);

const sum = (paths) => paths.reduce((total, path) => total + weight(path), 0);
const scripts = sum([...first].map((name) => `assets/${name}`)) + weight("preferences.js") + weight("sw.js");
const fonts = sum(names.filter((name) => name.endsWith(".woff2")).map((name) => `assets/${name}`));
const css = weight("assets/site.css");
const all = scripts + fonts + css + weight("index.html") + weight("icon.svg");
// What comes when an area is opened; the desk with the pages about money, which officers open from it.
// The pages about parcels come only to those who handle them, those of a team when they are opened, on top of the desk.
const parts = {
  filing: ["filing"],
  dossier: ["dossier"],
  money: ["money"],
  desk: ["desk", "finance", "books"],
  post: ["post"],
  people: ["people"],
};
const areas = Object.fromEntries(
  Object.entries(parts).map(([area, starts]) => {
    const own = new Set(starts.flatMap(chunk).flatMap((name) => [...needs(name)]));
    for (const name of first) own.delete(name);
    for (const name of lighter(own)) own.delete(name);
    const sheets = names.filter((name) => starts.some((start) => name.startsWith(`${start}-`)) && name.endsWith(".css"));
    return [area, sum([...own, ...sheets].map((name) => `assets/${name}`))];
  }),
);

/** Of the texts of an area nobody fetches both languages: those of the lighter one, which are not counted. */
function lighter(names) {
  const texts = [...names].filter((name) => /^(?:var|const|let) \w+=\{"[\w.]+":[`"']/.test(readFileSync(`${dist}assets/${name}`, "utf8")));
  const groups = new Map();
  for (const name of texts) {
    const area = name.slice(0, -"-01234567.js".length);
    groups.set(area, [...(groups.get(area) ?? []), name]);
  }
  return [...groups.values()].flatMap((pair) => {
    if (pair.length > 2) throw new Error(`${pair} are more than two languages`);
    return pair.sort((a, b) => weight(`assets/${a}`) - weight(`assets/${b}`)).slice(0, pair.length - 1);
  });
}

const kB = (count) => `${(count / 1000).toFixed(1).padStart(6)} kB`;
console.log(`first visit  ${kB(all)}  (at most ${kB(budget.all)})`);
console.log(`  scripts    ${kB(scripts)}  (at most ${kB(budget.script)})`);
console.log(`  style      ${kB(css)}`);
console.log(`  fonts      ${kB(fonts)}`);
for (const [area, count] of Object.entries(areas)) console.log(`${area.padEnd(8)} +   ${kB(count)}`);
if (scripts > budget.script || all > budget.all || areas.desk > budget.desk) {
  console.error("above the budget");
  process.exit(1);
}
