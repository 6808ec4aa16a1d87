// What the pages rest on, without a browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createServer } from "vite";

let vite;
let modules;

before(async () => {
  globalThis.document = { documentElement: { dataset: {}, lang: "vi" }, addEventListener() {} };
  globalThis.location = new URL("http://localhost/tim?q=x");
  globalThis.history = { pushState() {}, replaceState() {} };
  globalThis.scrollTo = () => {};
  vite = await createServer({
    root: new URL("..", import.meta.url).pathname,
    logLevel: "error",
    server: { middlewareMode: true, hmr: false, ws: false },
    appType: "custom",
    optimizeDeps: { noDiscovery: true },
  });
  const load = (path) => vite.ssrLoadModule(`/src/${path}.ts`);
  modules = {
    ...(await load("router")),
    ...(await load("catalogue")),
    ...(await load("format")),
    ...(await load("parts/number")),
    ...(await load("api/refusal")),
    ...(await load("i18n/index")),
    receipts: await load("pages/receipts/number"),
    ...(await load("pages/books/records")),
    ...(await load("pages/books/words")),
    ...(await load("pages/finance/notes")),
    ...(await load("pages/desk/handovers")),
    ...(await load("pages/desk/counts")),
  };
});

after(() => vite.close());

test("a pattern matches its paths and names their parts", () => {
  const { match } = modules;
  assert.deepEqual(match("/", "/"), {});
  assert.deepEqual(match("/ho-so/:id", "/ho-so/abc"), { id: "abc" });
  assert.deepEqual(match("/ho-so/:id/nop/*", "/ho-so/abc/nop"), { id: "abc", "*": "" });
  assert.deepEqual(match("/ho-so/:id/nop/*", "/ho-so/abc/nop/a/b"), { id: "abc", "*": "a/b" });
  assert.deepEqual(match("/can-bo/*", "/can-bo"), { "*": "" });
  assert.equal(match("/ho-so/:id", "/ho-so"), null);
  assert.equal(match("/ho-so/:id", "/ho-so/abc/nop"), null);
});

test("after the login only pages of this site are opened", () => {
  const { ownPath } = modules;
  assert.equal(ownPath("/ho-so/1?x=2", "/"), "/ho-so/1?x=2");
  for (const foreign of [null, "", "ho-so", "//evil.example", "/\\evil.example", "https://evil.example", "/a\\b", "/a b"])
    assert.equal(ownPath(foreign, "/"), "/", String(foreign));
});

const entry = (code, vi, online = true) => ({
  code,
  name: { vi },
  field: { code: "ho-tich", vi: "Hộ tịch" },
  agencies: ["H34.05"],
  level: online ? 3 : 2,
  audience: ["person"],
  online,
  folded: modules.folded(`${code} ${vi} Hộ tịch`),
});

test("search takes words with and without diacritics, đ as d, in any order", () => {
  const { folded, search } = modules;
  assert.equal(folded("  ĐĂNG ký\u00a0 Đất "), "dang ky dat");
  const all = [
    entry("1.000001", "Cấp bản sao Giấy khai sinh"),
    entry("1.000002", "Đăng ký khai sinh"),
    entry("1.000003", "Đăng ký khai tử"),
    entry("9.000001", "Đăng ký khai sinh lại", false),
  ];
  const codes = (query) => search(all, query).map((one) => one.code);
  assert.deepEqual(codes("khai sinh"), ["1.000002", "1.000001", "9.000001"]);
  assert.deepEqual(codes("dang ky khai sinh"), ["1.000002", "9.000001"]);
  assert.deepEqual(codes("sinh ĐĂNG"), ["1.000002", "9.000001"]);
  assert.deepEqual(codes("1.000003"), ["1.000003"]);
  assert.deepEqual(codes("không có"), []);
  assert.equal(codes("").length, 4);
});

test("filters narrow; the one left out does not", () => {
  const { passes } = modules;
  const none = { agency: "", field: "", audience: "", level: "" };
  const one = entry("1.000001", "Một");
  assert.ok(passes(one, none));
  assert.ok(passes(one, { ...none, agency: "H34.05", level: "3" }));
  assert.ok(!passes(one, { ...none, agency: "H34.06" }));
  assert.ok(passes(one, { ...none, agency: "H34.06" }, "agency"));
});

test("an answer that is not the API's becomes a refusal that people can read", () => {
  const { refusalOf, t } = modules;
  const own = refusalOf(422, { Code: "Invalid", Message: "m", Fields: [{ Field: "a", Code: "Required", Message: "f" }] }, "x");
  assert.deepEqual([own.code, own.message, own.of("a"), own.of("b")], ["Invalid", "m", "f", undefined]);
  assert.equal(refusalOf(502, "<html>", "x").message, "x");
  assert.equal(t("page.again"), "Thử lại");
  assert.equal(t("pages.one", { page: 3 }), "Trang 3");
});

test("moments are shown on the clock of the law", () => {
  const { dateTime, money, plainDate } = modules;
  assert.equal(dateTime("2026-11-23T20:04:00Z"), "03:04, 24/11/2026");
  assert.equal(plainDate("2026-11-23"), "23/11/2026");
  assert.equal(money(8000), "8.000 đồng");
});

test("a number is read as people write it, and never guessed", () => {
  const { readNumber } = modules;
  const table = [
    // text, whole in Vietnamese, with a fraction in Vietnamese, whole in English, with a fraction in English
    ["5000", 5000, 5000, 5000, 5000],
    ["5.000", 5000, 5000, 5000, 5],
    ["5,000", 5000, 5, 5000, 5000],
    ["5 000", 5000, 5000, 5000, 5000],
    [" 5\u00a0000 ", 5000, 5000, 5000, 5000],
    ["5.000 đồng", 5000, 5000, 5000, 5],
    ["5.000đ", 5000, 5000, 5000, 5],
    ["1.500.000 VNĐ", 1500000, 1500000, 1500000, 1500000],
    ["1.500.000,50", 1500000.5, 1500000.5, 1500000.5, 1500000.5],
    ["1,500,000.50", 1500000.5, 1500000.5, 1500000.5, 1500000.5],
    ["5,5", 5.5, 5.5, "5,5", 5.5],
    ["5.5", "5.5", 5.5, 5.5, 5.5],
    ["5.00", "5.00", 5, 5, 5],
    ["0.500", "0.500", 0.5, 0.5, 0.5],
    ["5.0000", "5.0000", 5, 5, 5],
    ["-1.500", -1500, -1500, -1500, -1.5],
    ["−3", -3, -3, -3, -3],
    ["１２", 12, 12, 12, 12],
    ["007", 7, 7, 7, 7],
    ["1.50.000", "1.50.000", "1.50.000", "1.50.000", "1.50.000"],
    ["1.500,000", 1500, 1500, 1500, 1500],
    ["5 triệu", "5 triệu", "5 triệu", "5 triệu", "5 triệu"],
    ["đồng", "đồng", "đồng", "đồng", "đồng"],
    ["99999999999999999999", ...Array(4).fill("99999999999999999999")],
    ["1e5", "1e5", "1e5", "1e5", "1e5"],
    ["", null, null, null, null],
    ["  ", null, null, null, null],
  ];
  for (const [text, ...wanted] of table) {
    const found = ["vi", "en"].flatMap((language) => [true, false].map((whole) => readNumber(text, whole, language)));
    assert.deepEqual(found, wanted, text);
  }
});

test("a number that was read is written so that it is read the same", () => {
  const { number, readNumber } = modules;
  for (const value of [0, 7, 999, 1000, 16000, 1500000, 12.5, 0.125, 1234.0625])
    assert.equal(readNumber(number(value), Number.isInteger(value), "vi"), value, number(value));
  assert.equal(number(5000), "5.000");
  assert.equal(number(12.5), "12,5");
});

test("a receipt's link is understood, and what people type of it", () => {
  const { asked, fromHash } = modules.receipts;
  const link = fromHash("#H34.05/BL-26E/0000123/0123abcd");
  assert.deepEqual(link, { agency: "H34.05", number: "BL-26E/0000123", secret: "0123abcd" });
  const body = { agency: "H34.05", series: "BL-26E", serial: 123, secret: "0123abcd" };
  assert.deepEqual(asked(link).body, body);
  for (const number of ["bl-26e/123", " BL-26E 0000123 ", "BL\u201126E/0000123", "BL-26E0000123"])
    assert.deepEqual(asked({ agency: " h34.05 ", number, secret: "01 23 AB cd" }).body, body, number);
  for (const number of ["", "123", "BL-26E", "BL-26E/", "BL-26E/0", "BL-26E/12345678", "BL-26E/12x"])
    assert.deepEqual(asked({ ...link, number }), { agency: true, number: false, secret: true, body: null }, number);
  assert.deepEqual(fromHash(""), { agency: "", number: "", secret: "" });
  assert.equal(asked({ ...link, secret: "  " }).body, null);
});

test("a text is Vietnamese when its words have letters that English has not", () => {
  const { isVietnamese } = modules;
  for (const text of ["Trần Thị Thử", "Lê Thanh Hoa", "Ảnh mờ", "không ro", "Đủ"]) assert.ok(isVietnamese(text), text);
  for (const text of ["", "12/2020", "Copy of an extract, paid 16.000 đồng at the counter", "Justice", "2026-11-23"])
    assert.ok(!isVietnamese(text), text);
});

const count = (numbers, more = false) => {
  const [overdue, today, soon, later, none] = numbers;
  return { agency: "H34.05", queue: "reception", overdue, today, soon, later, none, more };
};

test("a full count says what it knows: the last kind at least, the kinds after it not at all", () => {
  const { parts, total, overdue, isTimed } = modules;
  const shown = (of) => parts(of).map((one) => one.shown);
  assert.deepEqual(shown(count([3, 0, 2, 0, 1])), ["3", "0", "2", "0", "1"]);
  assert.deepEqual(shown(count([60, 40, 0, 0, 0], true)), ["60", "40+", null, null, null]);
  assert.equal(total(count([3, 0, 2, 0, 1])), "6");
  assert.equal(total(count([60, 40, 0, 0, 0], true)), "99+");
  assert.equal(overdue(count([100, 0, 0, 0, 0], true)), "100+");
  assert.equal(isTimed(count([0, 0, 0, 0, 9])), false);
  assert.equal(isTimed(count([0, 1, 0, 0, 9])), true);
});

const step = (number, action, actor, role, at, detail = {}) => ({ number, action, actor, role, at, detail });

test("the control sheet says who passed the dossier on to whom, and whether in time", () => {
  const { handOvers } = modules;
  const lines = handOvers([
    step(1, "submit", "Thử", "applicant", "2026-11-23T02:00:00Z", { reply_due_at: "2026-11-25T02:00:00Z" }),
    step(2, "escalate", "Hệ thống", "system", "2026-11-25T03:00:00Z", { due_at: "2026-11-25T02:00:00Z" }),
    step(3, "request_supplement", "Nhận", "reception", "2026-11-25T04:00:00Z", { due_at: "2026-12-25T04:00:00Z", note: "N" }),
    step(4, "supplement", "Thử", "applicant", "2026-11-26T02:00:00Z", { reply_due_at: "2026-11-27T10:00:00Z" }),
    step(5, "receive", "Nhận", "reception", "2026-11-27T09:00:00Z", { due_at: "2026-11-30T10:00:00Z", note: "" }),
    step(6, "claim", "Định", "appraiser", "2026-11-27T09:30:00Z"),
    step(7, "propose", "Định", "appraiser", "2026-11-28T02:00:00Z", { opinion: "Đủ" }),
    step(8, "enter_result", "Thư", "clerk", "2026-12-01T02:00:00Z", {}),
    step(9, "deliver", "Thư", "clerk", "2026-12-20T02:00:00Z", { recipient: "Con bà Thử", signed: true }),
  ]);
  assert.deepEqual(
    lines.map((one) => [one.action, one.from.name, one.to?.name ?? null, one.result, one.note]),
    [
      ["submit", "Thử", "Nhận", null, ""],
      ["request_supplement", "Nhận", "Thử", "late", "N"],
      ["supplement", "Thử", "Nhận", null, ""],
      ["receive", "Nhận", "Định", "intime", ""],
      ["propose", "Định", "Thư", "early", "Đủ"],
      ["enter_result", "Thư", "Thư", "late", ""],
      ["deliver", "Thư", "Con bà Thử", null, ""],
    ],
  );
});

test("a CSV file is cut into rows as the API cuts it", async () => {
  const { records, sha256 } = modules;
  assert.deepEqual(records(""), []);
  assert.deepEqual(records("a,b\r\n1,2\r\n"), ["a,b\r\n", "1,2\r\n"]);
  assert.deepEqual(records("a\n\nb"), ["a\n", "\n", "b"], "blank lines are rows, the last one may have no end");
  assert.deepEqual(records('a\n"one\ntwo",x\nb\n'), ["a\n", '"one\ntwo",x\n', "b\n"]);
  assert.deepEqual(records('a\n"say ""hi""\nthere"\n'), ["a\n", '"say ""hi""\nthere"\n']);
  const open = ['"never closed\n', ...Array.from({ length: 25 }, (_, n) => `${n}\n`)];
  assert.deepEqual(records(open.join("")), open, "a quote that never ends takes its own line alone");
  assert.deepEqual(records('x\n"open\ny\n'), ["x\n", '"open\n', "y\n"], "nor at the end of the file");
  const digest = await sha256(new TextEncoder().encode("abc").buffer);
  assert.equal(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("cash counted note by note", () => {
  const { isCounted, piecesOf, sumOf } = modules;
  assert.deepEqual([piecesOf(undefined), piecesOf(" 3 "), piecesOf("-1"), piecesOf("1,5"), piecesOf("x")], [0, 3, null, null, null]);
  assert.equal(sumOf({}), 0);
  assert.equal(sumOf({ 500000: "1", 200000: "2", 100: "5" }), 900500);
  assert.equal(sumOf({ 500000: "1", 1000: "x" }), null, "nothing is summed while a box holds no number");
  assert.deepEqual([isCounted({}), isCounted({ 1000: " " }), isCounted({ 1000: "0" })], [false, false, true]);
});

test("days go on over the ends of months", () => {
  const { dayPlus, isDay } = modules;
  assert.equal(dayPlus("2026-02-28", 1), "2026-03-01");
  assert.equal(dayPlus("2026-01-01", -1), "2025-12-31");
  assert.deepEqual(["2026-02-28", "2026-02-30", "2026-2-3", ""].map(isDay), [true, false, false, false]);
});
