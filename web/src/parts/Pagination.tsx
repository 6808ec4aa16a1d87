import { t } from "../i18n";

/** Links to the neighbouring pages; `to` gives the address of a page (from 1). */
export function Pagination({ page, pages, to }: { page: number; pages: number; to: (page: number) => string }) {
  if (pages < 2) return null;
  const near = [...new Set([1, page - 1, page, page + 1, pages])].filter((n) => n >= 1 && n <= pages);
  return (
    <nav class="govuk-pagination" aria-label={t("pages.label")}>
      {page > 1 && (
        <div class="govuk-pagination__prev">
          <a class="govuk-link govuk-pagination__link" href={to(page - 1)} rel="prev">
            {t("pages.previous")}
          </a>
        </div>
      )}
      <ul class="govuk-pagination__list">
        {near.map((n, index) => (
          <>
            {index > 0 && n - (near[index - 1] ?? n) > 1 && (
              <li class="govuk-pagination__item govuk-pagination__item--ellipsis" aria-hidden="true">
                ⋯
              </li>
            )}
            <li class={`govuk-pagination__item${n === page ? " govuk-pagination__item--current" : ""}`} key={n}>
              <a
                class="govuk-link govuk-pagination__link"
                href={to(n)}
                aria-label={t("pages.one", { page: n })}
                aria-current={n === page ? "page" : undefined}
              >
                {n}
              </a>
            </li>
          </>
        ))}
      </ul>
      {page < pages && (
        <div class="govuk-pagination__next">
          <a class="govuk-link govuk-pagination__link" href={to(page + 1)} rel="next">
            {t("pages.next")}
          </a>
        </div>
      )}
    </nav>
  );
}
