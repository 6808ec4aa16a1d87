// Every text stands in both languages, is used, and stands nowhere else.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";

const src = new URL("../src/", import.meta.url).pathname;
const areas = readdirSync(join(src, "i18n", "vi")).map((file) => file.replace(/\.ts$/, ""));

function parse(path) {
  return ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
}

function walk(node, see) {
  see(node);
  node.forEachChild((child) => walk(child, see));
}

function texts(language, area) {
  const found = new Map();
  walk(parse(join(src, "i18n", language, `${area}.ts`)), (node) => {
    if (!ts.isPropertyAssignment(node)) return;
    const key = node.name.text;
    assert.ok(!found.has(key), `${language}/${area}: ${key} stands twice`);
    assert.ok(ts.isStringLiteralLike(node.initializer), `${language}/${area}: ${key} is no plain text`);
    found.set(key, node.initializer.text);
  });
  return found;
}

const sources = readdirSync(src, { recursive: true })
  .map(String)
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("i18n/") && !path.endsWith(".d.ts"));

const params = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
const vietnamese = /[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]/i;
// Said in its own language everywhere.
const names = new Set(["header.english", "header.vietnamese"]);
// Called the same in every language.
const terms = /SHA-256|PDF|QR/g;

for (const area of areas) {
  const vi = texts("vi", area);
  const en = texts("en", area);
  test(`${area}: the same keys and parameters in both languages`, () => {
    assert.deepEqual([...en.keys()].sort(), [...vi.keys()].sort());
    for (const [key, text] of vi) assert.deepEqual(params(en.get(key)), params(text), key);
  });
  test(`${area}: no text is empty, and English is not Vietnamese`, () => {
    for (const [key, text] of vi) assert.ok(text.trim(), key);
    for (const [key, text] of en) {
      assert.ok(text.trim(), key);
      if (!names.has(key)) assert.ok(!vietnamese.test(text.replace(/“[^”]*”|Tết|Chụp ảnh|đồng/g, "")), `${key}: ${text}`);
    }
  });
}

test("no key stands in two areas", () => {
  const all = areas.flatMap((area) => [...texts("vi", area).keys()]);
  assert.deepEqual(all.filter((key, at) => all.indexOf(key) !== at), []);
});

test("every text is used", () => {
  const code = sources.map((path) => readFileSync(join(src, path), "utf8")).join("\n");
  // `level.${n}` uses every key that begins with level.
  const made = [...code.matchAll(/`([\w.-]+)\$\{/g)].map((found) => found[1]);
  const keys = areas.flatMap((area) => [...texts("vi", area).keys()]);
  const unused = keys
    .filter((key) => !(key.endsWith(".one") && keys.includes(key.slice(0, -4)))) // the text for a count of 1
    .filter((key) => !code.includes(`"${key}"`) && !made.some((start) => key.startsWith(start)));
  assert.deepEqual(unused, []);
});

test("no visible text stands in the code", () => {
  const spoken = new Set(["label", "title", "hint", "alt", "placeholder", "aria-label", "text", "confirm", "caption"]);
  const stray = [];
  for (const path of sources) {
    const file = parse(join(src, path));
    const found = (node, text) => {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      stray.push(`${path}:${line + 1}: ${text.trim()}`);
    };
    walk(file, (node) => {
      if (ts.isJsxText(node) && /\p{L}{2}/u.test(node.text.replace(terms, ""))) found(node, node.text);
      else if (ts.isJsxAttribute(node) && spoken.has(node.name.getText()) && node.initializer) {
        if (ts.isStringLiteral(node.initializer) && /\p{L}/u.test(node.initializer.text)) found(node, node.initializer.text);
      } else if (ts.isStringLiteralLike(node) && vietnamese.test(node.text)) found(node, node.text);
    });
  }
  assert.deepEqual(stray, []);
});
