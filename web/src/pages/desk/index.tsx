import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { api, ask, type Refusal, type Schema } from "../../api/client";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button, LinkButton } from "../../parts/Button";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { go } from "../../router";
import type { PageProps } from "../../routes";
import "./desk.scss";
import "./dossier.scss";
import "./sheet.scss";
import { DossierPage } from "./dossier";
import { MONEY, MoneyNav, MoneyPage, placeAt } from "./money";
import { Overview } from "./overview";
import { Queue, queueName } from "./queue";
import { Shortcuts, useShortcuts } from "./shortcuts";

type OwnQueue = Schema["QueueShape"];

/** The officers' workspace: its bar stays, the page below changes. */
export default function Desk({ params, query }: PageProps) {
  const rest = (params["*"] ?? "").split("/").filter(Boolean);
  const queues = useLoad(() => ask(api.GET("/desk/queues")));
  useShortcuts([
    { key: "/", does: "desk.keys.search", run: () => document.getElementById("code")?.focus() },
    { key: "h", does: "desk.keys.home", run: () => go("/can-bo") },
  ]);
  const [first, second] = rest;
  const posts = queues.data?.posts ?? [];
  return (
    <div class="desk">
      <Bar queues={queues.data?.items ?? []} agency={first} queue={second}>
        <MoneyNav posts={posts} here={rest.slice(0, 3).join("/")} />
      </Bar>
      {first === "ho-so" && second !== undefined ? (
        <DossierPage key={second} id={second} posts={posts} />
      ) : (
        <Ready of={queues}>
          {({ items }) => {
            if (first === undefined) return <Overview queues={items} posts={posts} />;
            if (first === MONEY) {
              const place = placeAt(posts, second, rest[2]);
              if (place === null) return <NoQueue />;
              return <MoneyPage key={`${second}/${rest[2]}`} place={place} rest={rest.slice(3)} query={query} />;
            }
            const own = items.find((one) => one.agency.code === first && one.queue === second);
            if (own === undefined) return <NoQueue />;
            return <Queue key={`${first}/${second}`} of={own} query={query} />;
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
  queues: OwnQueue[];
  agency?: string | undefined;
  queue?: string | undefined;
  children: ComponentChildren;
}

function Bar({ queues, agency, queue, children }: BarProps) {
  const agencies = [...new Map(queues.map((one) => [one.agency.code, one.agency])).values()];
  return (
    <div class="desk-bar no-print">
      <nav class="desk-nav" aria-label={t("desk.nav")}>
        <ul class="desk-nav__list">
          <li>
            <a href="/can-bo" aria-current={agency === undefined ? "page" : undefined}>
              {t("desk.home")}
            </a>
          </li>
          {agencies.length === 1 && <Links queues={queues} agency={agency} queue={queue} />}
        </ul>
        {agencies.length > 1 &&
          agencies.map((one) => (
            <div class="desk-nav__agency" key={one.code}>
              <p id={`agency-${one.code}`}>{one.name}</p>
              <ul class="desk-nav__list" aria-labelledby={`agency-${one.code}`}>
                <Links queues={queues.filter((q) => q.agency.code === one.code)} agency={agency} queue={queue} />
              </ul>
            </div>
          ))}
        {children}
      </nav>
      <div class="desk-bar__tools">
        <Search />
        <Shortcuts />
      </div>
    </div>
  );
}

function Links({ queues, agency, queue }: { queues: OwnQueue[]; agency?: string | undefined; queue?: string | undefined }) {
  return (
    <>
      {queues.map((one) => (
        <li key={one.queue}>
          <a
            href={`/can-bo/${one.agency.code}/${one.queue}`}
            aria-current={one.agency.code === agency && one.queue === queue ? "page" : undefined}
          >
            {queueName(one.queue)}
          </a>
        </li>
      ))}
    </>
  );
}

/** By code only: the API has no search by name or identity number. */
function Search() {
  const [code, setCode] = useState("");
  const find = useAction((_key, wanted: string) =>
    ask(api.GET("/desk/codes/{code}", { params: { path: { code: wanted } } })),
  );
  const send = async (event: Event) => {
    event.preventDefault();
    const wanted = code.trim().toUpperCase();
    if (wanted === "") return;
    const found = await find.run(wanted);
    if (found === undefined) return;
    setCode("");
    go(`/can-bo/ho-so/${found.id}`);
  };
  return (
    <form class="desk-search" role="search" onSubmit={(event) => void send(event)} noValidate>
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
        {find.refusal !== null && <NotFound refusal={find.refusal} />}
      </div>
    </form>
  );
}

function NotFound({ refusal }: { refusal: Refusal }) {
  return (
    <Notice kind="error" live>
      <p>{refusal.message}</p>
      <p>{t("desk.search.hint")}</p>
    </Notice>
  );
}
