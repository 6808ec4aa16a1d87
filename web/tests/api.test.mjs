// The typed client is made from the API's own description.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const web = new URL("..", import.meta.url).pathname;

test("src/api/schema.d.ts is that of docs/openapi.json (npm run api makes it again)", () => {
  const fresh = execFileSync("node_modules/.bin/openapi-typescript", ["../docs/openapi.json"], {
    cwd: web,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 1 << 24,
  });
  assert.equal(fresh.trim(), readFileSync(`${web}/src/api/schema.d.ts`, "utf8").trim());
});
