import { useEffect, useMemo, useState } from "preact/hooks";
import { agencies, everything, index, passes, search, type Agency, type Chosen, type Entry } from "../../catalogue";
import { number } from "../../format";
import { useLoad } from "../../hooks";
import { said, t, type Key } from "../../i18n";
import { TextButton } from "../../parts/Button";
import { SelectField, type Option } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Page } from "../../parts/Page";
import { Pagination } from "../../parts/Pagination";
import { go } from "../../router";
import type { PageProps } from "../../routes";
import { EntryList } from "./EntryList";
import { SearchBox } from "./SearchBox";

const perPage = 20;
/** Filters as the address names them. */
const names = { agency: "co-quan", field: "linh-vuc", audience: "doi-tuong", level: "muc-do" } as const;
const filters = Object.keys(names) as (keyof Chosen)[];

type Choice = Chosen & { q: string; page: number };

function chosen(query: URLSearchParams): Choice {
  const of = (name: string) => query.get(name) ?? "";
  const page = Number.parseInt(of("trang"), 10);
  return {
    q: of("q"),
    page: page > 0 ? page : 1,
    agency: of(names.agency),
    field: of(names.field),
    audience: of(names.audience),
    level: of(names.level),
  };
}

function address(choice: Choice): string {
  const query = new URLSearchParams();
  if (choice.q) query.set("q", choice.q);
  for (const filter of filters) if (choice[filter]) query.set(names[filter], choice[filter]);
  if (choice.page > 1) query.set("trang", String(choice.page));
  const text = query.toString();
  return text ? `/tim?${text}` : "/tim";
}

export default function Results({ query }: PageProps) {
  const choice = chosen(query);
  const [typed, setTyped] = useState(choice.q);
  const [wide] = useState(() => innerWidth >= 768); // on a phone the results come first
  useEffect(() => setTyped(choice.q), [choice.q]);
  // The province's own procedures are there at once, the guidance a little later.
  const own = useLoad(async () => ({ entries: (await index()).procedures, agencies: await agencies() }));
  const all = useLoad(everything);
  const entries = all.data ?? own.data?.entries ?? [];
  const matched = useMemo(() => search(entries, choice.q), [entries, choice.q]);
  const found = matched.filter((one) => passes(one, choice));
  const pages = Math.max(1, Math.ceil(found.length / perPage));
  const page = Math.min(choice.page, pages);
  const told = choice.q
    ? t("results.count.for", { count: number(found.length), query: choice.q })
    : t("results.count", { count: number(found.length) });
  const ready = own.data !== null && (all.data !== null || all.refusal !== null);
  useEffect(() => {
    if (ready) announce(told);
  }, [ready, told]);
  const set = filters.filter((one) => choice[one] !== "").length;
  const change = (next: Partial<Choice>) => go(address({ ...choice, page: 1, ...next }), { quiet: true, replace: true });
  return (
    <Page title={t("nav.procedures")} wide>
      <SearchBox value={typed} onInput={setTyped} onSearch={() => change({ q: typed.trim() })} />
      <Ready of={own}>
        {({ agencies: tree }) => (
          <div class="results">
            <details class="results__filters" open={wide}>
              <summary>
                {t("results.filters")}
                {set > 0 && <> ({number(set)})</>}
              </summary>
              <div class="results__fields">
                {filters.map((filter) => (
                  <SelectField
                    key={filter}
                    name={names[filter]}
                    label={t(`results.${filter}`)}
                    filled
                    value={choice[filter]}
                    onInput={(value) => change({ [filter]: value })}
                    options={[
                      { value: "", label: t("results.any") },
                      ...options(
                        filter,
                        matched.filter((one) => passes(one, choice, filter)),
                        tree,
                        choice[filter],
                      ),
                    ]}
                  />
                ))}
              </div>
              {set > 0 && (
                <p class="govuk-body">
                  <TextButton onClick={() => change({ agency: "", field: "", audience: "", level: "" })}>
                    {t("results.clear")}
                  </TextButton>
                </p>
              )}
            </details>
            <section class="results__found" aria-labelledby="found">
              <h2 class="govuk-heading-s" id="found">
                {told}
              </h2>
              {found.length > 0 ? (
                <EntryList entries={found.slice((page - 1) * perPage, page * perPage)} />
              ) : (
                ready && <p class="govuk-body">{t("results.none")}</p>
              )}
              {!ready && <p class="loading">{t("results.more")}</p>}
              {all.refusal && <p class="govuk-body">{t("results.partial")}</p>}
              <Pagination page={page} pages={pages} to={(n) => address({ ...choice, page: n })} />
            </section>
          </div>
        )}
      </Ready>
    </Page>
  );
}

/** What a filter may be set to, with how many entries each value gives. */
function options(filter: keyof Chosen, entries: readonly Entry[], tree: readonly Agency[], now: string): Option[] {
  const counts = new Map<string, number>();
  const labels = new Map<string, string>();
  const count = (value: string, label: string) => {
    counts.set(value, (counts.get(value) ?? 0) + 1);
    labels.set(value, label);
  };
  const agencyName = new Map(tree.map((one) => [one.code, said(one.name)]));
  for (const entry of entries) {
    if (filter === "agency") for (const code of entry.agencies) count(code, agencyName.get(code) ?? code);
    if (filter === "field") count(entry.field.code, said(entry.field));
    if (filter === "audience") for (const who of entry.audience) count(who, t(`audience.${who}`));
    if (filter === "level") count(String(entry.level), t(`level.${entry.level}` as Key));
  }
  if (now !== "" && !counts.has(now)) {
    counts.set(now, 0);
    labels.set(now, agencyName.get(now) ?? now);
  }
  return [...counts]
    .map(([value, many]) => ({ value, label: `${labels.get(value) ?? value} (${number(many)})` }))
    .sort((a, b) => a.label.localeCompare(b.label, "vi"));
}
