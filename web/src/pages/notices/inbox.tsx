import { useEffect, useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { agencies } from "../../catalogue";
import { useLoad } from "../../hooks";
import { dateTime } from "../../format";
import { said, t } from "../../i18n";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { SelectField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { usePages } from "../../parts/pages";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { useSession } from "../../session";
import "./notices.scss";

type Told = Schema["InboxItemShape"];

/** What I was told, newest first; officers have one inbox of their own and one for each of their agencies. */
export default function Inbox() {
  const officer = useSession().kind === "officer";
  const [box, setBox] = useState("mine");
  const pages = usePages(
    (cursor) => ask(api.GET("/me/inbox", { params: { query: { box, ...(cursor ? { cursor } : {}) } } })),
    [box],
    (count) => t("notices.more", { count }),
  );
  const newest = pages.first.data?.items[0];
  useEffect(() => {
    if (!newest?.unread) return;
    // The marks stay until the page is left; that it could not be noted disturbs nobody.
    api.PUT("/me/inbox/seen", { body: { box, until: newest.at } }).catch((failed: unknown) => console.debug(failed));
  }, [newest?.id]);
  return (
    <Page title={t("notices.title")}>
      <ErrorSummary refusal={pages.refusal} />
      {officer ? (
        <Boxes box={box} choose={setBox} />
      ) : (
        <p class="govuk-body">
          <a class="govuk-link" href="/tai-khoan/thong-bao">
            {t("notices.settings")}
          </a>
        </p>
      )}
      <Ready of={pages.first}>
        {() =>
          pages.items.length === 0 ? (
            <p class="govuk-body">{t("notices.none")}</p>
          ) : (
            <>
              <ol class="told" aria-label={t("notices.title")}>
                {pages.items.map((one) => (
                  <Row one={one} officer={officer} key={one.id} />
                ))}
              </ol>
              {pages.more}
            </>
          )
        }
      </Ready>
    </Page>
  );
}

function Row({ one, officer }: { one: Told; officer: boolean }) {
  return (
    <li class={`told__one${one.unread ? " told__one--new" : ""}`}>
      <h2 class="govuk-heading-s told__subject">
        <Written text={one.subject} /> {one.unread && <Tag tone="yellow">{t("notices.new")}</Tag>}
      </h2>
      <p class="govuk-hint told__ways">
        <time dateTime={one.at}>{dateTime(one.at)}</time>
      </p>
      {officer ? (
        <p class="told__text">
          <Written text={one.text} />
        </p>
      ) : (
        <details class="govuk-details told__ways">
          <summary class="govuk-details__summary">
            <span class="govuk-details__summary-text">{t("notices.read")}</span>
          </summary>
          <p class="govuk-details__text told__text">
            <Written text={one.text} />
          </p>
        </details>
      )}
      <a class="govuk-link" href={officer ? `/can-bo/ho-so/${one.dossier}` : `/ho-so/${one.dossier}`}>
        {t("notices.open", { code: one.code })}
      </a>
    </li>
  );
}

function Boxes({ box, choose }: { box: string; choose: (box: string) => void }) {
  const posts = useLoad(() => ask(api.GET("/desk/queues")));
  const tree = useLoad(agencies);
  const own = [...new Set((posts.data?.posts ?? []).map((one) => one.agency.code))];
  const name = (code: string) => said(tree.data?.find((one) => one.code === code)?.name) || code;
  const options = [{ value: "mine", label: t("notices.box.mine") }, ...own.map((code) => ({ value: code, label: name(code) }))];
  return <SelectField name="box" label={t("notices.box")} value={box} onInput={choose} options={options} filled />;
}
