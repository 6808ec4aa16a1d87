import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button, LinkButton } from "../../parts/Button";
import { Lazy } from "../../parts/Lazy";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { go } from "../../router";
import type { PageProps } from "../../routes";
import "./desk.scss";
import "./dossier.scss";
import "./sheet.scss";
import { overdue, total, useCounts, type Counts } from "./counts";
import { DEADLINES, DeadlinesPage, isDeadlines } from "./deadlines";
import { askedAgencies, CONSULT, ConsultNav, ConsultPage } from "./consult";
import { DossierPage } from "./dossier";
import { MONEY, MoneyNav, MoneyPage, placeAt } from "./money";
import { Overview } from "./overview";
import { placeAt as postAt, POST, PostNav, PostPage } from "./post";
import { Queue, queueName } from "./queue";
import { prefill, Search } from "./search";
import { Shortcuts, useShortcuts } from "./shortcuts";

type Own = Schema["QueuesShape"];
type OwnQueue = Own["items"][number];
type Agency = Schema["AgencyShape"];

const SEARCH = "tim";
const RECORDS = "nhat-ky";
const REGISTER = "so";
const TEAM = "nhom";
const CODE = /^[0-9A-Z.]+-\d{6}-\d{4,7}$/;
const agenciesOf = (queues: readonly OwnQueue[]): Agency[] => [
  ...new Map(queues.map((one) => [one.agency.code, one.agency])).values(),
];

const workplaces = (posts: Own["posts"]): Agency[] => [
  ...new Map(posts.map((one) => [one.agency.code, one.agency])).values(),
];

/** The officers' workspace: its bar stays, the page below changes. */
export default function Desk({ params, query }: PageProps) {
  const rest = (params["*"] ?? "").split("/").filter(Boolean);
  const [first, second] = rest;
  const queues = useLoad(() => ask(api.GET("/desk/queues")));
  const own = queues.data?.items ?? [];
  const here = own.find((one) => one.agency.code === first && one.queue === second);
  const counts = useCounts(rest.join("/"), here?.agency.code);
  useShortcuts([
    { key: "/", does: "desk.keys.search", run: () => document.getElementById("code")?.focus() },
    { key: "t", does: "desk.keys.find", run: () => go(`/can-bo/${SEARCH}`) },
    { key: "h", does: "desk.keys.home", run: () => go("/can-bo") },
  ]);
  const posts = queues.data?.posts ?? [];
  return (
    <div class="desk">
      <Bar queues={own} administers={queues.data?.administers ?? []} agencies={workplaces(posts)} counts={counts} first={first} queue={second}>
        <ConsultNav posts={posts} here={rest.slice(0, 2).join("/")} />
        <PostNav posts={posts} here={rest.slice(0, 3).join("/")} />
        <MoneyNav posts={posts} here={rest.slice(0, 3).join("/")} />
      </Bar>
      {first === "ho-so" && second !== undefined ? (
        <DossierPage key={second} id={second} posts={posts} acted={counts.again} />
      ) : (
        <Ready of={queues}>
          {({ items, administers }) => {
            if (first === undefined) return <Overview queues={items} counts={counts} posts={posts} />;
            if (first === SEARCH) return <Search agencies={agenciesOf(items)} />;
            if (first === MONEY) {
              const place = placeAt(posts, second, rest[2]);
              if (place === null) return <NoQueue />;
              return <MoneyPage key={`${second}/${rest[2]}`} place={place} rest={rest.slice(3)} query={query} />;
            }
            if (first === POST) {
              const place = postAt(posts, second, rest[2]);
              if (place === null) return <NoQueue />;
              return <PostPage key={`${second}/${rest[2]}`} place={place} />;
            }
            const asked = askedAgencies(posts).find((one) => one.code === second);
            if (first === CONSULT && asked !== undefined)
              return <ConsultPage key={`${second}/${rest[2]}`} agency={asked} id={rest[2]} />;
            const administered = administers.find((one) => one.code === second);
            if (first === RECORDS && administered !== undefined)
              return (
                <Lazy
                  key={second}
                  load={() => import("./records")}
                  areas={["records"]}
                  with={{ agency: administered, agencies: administers }}
                />
              );
            const registered = posts.find((one) => one.agency.code === second)?.agency;
            if (isDeadlines(first) && registered !== undefined)
              return <DeadlinesPage key={`${first}/${second}`} section={first} agency={registered} />;
            if (first === REGISTER && registered !== undefined)
              return <Lazy key={second} load={() => import("./register")} areas={["records"]} with={{ agency: registered }} />;
            if (first === TEAM && registered !== undefined) {
              const given = { agency: registered, section: rest[2] ?? "" };
              return <Lazy key={rest.join("/")} load={() => import("../people")} areas={["people"]} with={given} />;
            }
            if (here === undefined) return <NoQueue />;
            return <Queue key={`${first}/${second}`} of={here} query={query} counts={counts} />;
          }}
        </Ready>
      )}
    </div>
  );
}

function NoQueue() {
  return (
    <Page title={t("desk.queue.missing")} wide>
      <p class="govuk-body">{t("desk.queue.missing.text")}</p>
      <LinkButton href="/can-bo">{t("desk.home")}</LinkButton>
    </Page>
  );
}

interface BarProps {
  /** Where the officer has a post, for their registers. */
  agencies: readonly Agency[];
  queues: readonly OwnQueue[];
  administers: readonly Agency[];
  counts: Counts;
  first: string | undefined;
  queue: string | undefined;
  children: ComponentChildren;
}

function Bar({ queues, administers, agencies: workplaces, counts, first, queue, children }: BarProps) {
  const agencies = agenciesOf(queues);
  const where = { counts, agency: first, queue };
  return (
    <div class="desk-bar no-print">
      <nav class="desk-nav" aria-label={t("desk.nav")}>
        <ul class="desk-nav__list">
          <li>
            <a href="/can-bo" aria-current={first === undefined ? "page" : undefined}>
              {t("desk.home")}
            </a>
          </li>
          {agencies.length === 1 && <Links queues={queues} {...where} />}
        </ul>
        {agencies.length > 1 &&
          agencies.map((one) => (
            <div class="desk-nav__agency" key={one.code}>
              <p id={`agency-${one.code}`}>{one.name}</p>
              <ul class="desk-nav__list" aria-labelledby={`agency-${one.code}`}>
                <Links queues={queues.filter((q) => q.agency.code === one.code)} {...where} />
              </ul>
            </div>
          ))}
        {children}
      </nav>
      <div class="desk-bar__tools">
        <ByCode />
        <a class="govuk-link" href={`/can-bo/${SEARCH}`} aria-current={first === SEARCH ? "page" : undefined}>
          {t("desk.find.link")}
        </a>
        {administers[0] !== undefined && (
          <a
            class="govuk-link"
            href={`/can-bo/${RECORDS}/${administers[0].code}`}
            aria-current={first === RECORDS ? "page" : undefined}
          >
            {t("desk.records")}
          </a>
        )}
        {workplaces.flatMap((one) =>
          Object.entries({ ...DEADLINES, [REGISTER]: "desk.register", [TEAM]: "desk.team" } as const).map(([place, name]) => (
            <a
              key={`${place}/${one.code}`}
              class="govuk-link"
              href={`/can-bo/${place}/${one.code}`}
              aria-current={first === place && queue === one.code ? "page" : undefined}
            >
              {workplaces.length > 1 ? t("desk.at", { what: t(name), agency: one.name }) : t(name)}
            </a>
          )),
        )}
        {administers.map((one) => (
          <a key={one.code} class="govuk-link" href={`/can-bo/khieu-nai/${one.code}`}>
            {t("desk.complaints")}
            {administers.length > 1 && ` – ${one.name}`}
          </a>
        ))}
        <Shortcuts />
      </div>
    </div>
  );
}

interface LinksProps {
  queues: readonly OwnQueue[];
  counts: Counts;
  agency: string | undefined;
  queue: string | undefined;
}

function Links({ queues, counts, agency, queue }: LinksProps) {
  return (
    <>
      {queues.map((one) => {
        const count = counts.of(one.agency.code, one.queue);
        return (
          <li key={one.queue}>
            <a
              href={`/can-bo/${one.agency.code}/${one.queue}`}
              aria-current={one.agency.code === agency && one.queue === queue ? "page" : undefined}
            >
              {queueName(one.queue)}
              {count !== undefined && (
                <>
                  {" "}
                  <span class="desk-nav__count">
                    {total(count)}
                    <span class="govuk-visually-hidden"> {t("desk.home.dossiers")}</span>
                  </span>
                  {count.overdue > 0 && (
                    <>
                      {" "}
                      <span class="desk-nav__late">{t("desk.home.overdue", { count: overdue(count) })}</span>
                    </>
                  )}
                </>
              )}
            </a>
          </li>
        );
      })}
    </>
  );
}

/** The quick way, by the whole code; whatever else was typed can be taken to the search for people. */
function ByCode() {
  const [code, setCode] = useState("");
  const find = useAction((_key, wanted: string) =>
    ask(api.GET("/desk/codes/{code}", { params: { path: { code: wanted } } })),
  );
  const send = async (event: Event) => {
    event.preventDefault();
    const wanted = code.trim().toUpperCase();
    if (wanted === "") return;
    // Names and numbers of people never go into an address.
    if (!CODE.test(wanted)) return find.refuse(new Refusal(404, "NotFound", t("desk.search.nocode")));
    const found = await find.run(wanted);
    if (found === undefined) return;
    setCode("");
    go(`/can-bo/ho-so/${found.id}`);
  };
  const elsewhere = () => {
    prefill(code.trim());
    setCode("");
    find.refuse(null);
    go(`/can-bo/${SEARCH}`);
  };
  return (
    <form class="desk-search" role="search" aria-label={t("desk.search")} onSubmit={(event) => void send(event)} noValidate>
      <label class="govuk-visually-hidden" for="code">
        {t("desk.search")}
      </label>
      <input
        class="govuk-input"
        id="code"
        name="code"
        type="search"
        placeholder={t("desk.search.example")}
        autocomplete="off"
        spellcheck={false}
        value={code}
        aria-describedby="code-answer"
        onInput={(event) => setCode(event.currentTarget.value)}
      />
      <Button kind="secondary" type="submit" busy={find.busy}>
        {t("desk.search.button")}
      </Button>
      <div id="code-answer" class="desk-search__answer">
        {find.refusal !== null && <NotFound refusal={find.refusal} elsewhere={elsewhere} />}
      </div>
    </form>
  );
}

function NotFound({ refusal, elsewhere }: { refusal: Refusal; elsewhere: () => void }) {
  return (
    <Notice kind="error" live>
      <p>{refusal.message}</p>
      {refusal.status === 404 && (
        <p>
          <Button kind="secondary" onClick={elsewhere}>
            {t("desk.search.elsewhere")}
          </Button>
        </p>
      )}
    </Notice>
  );
}
