import { number } from "../../format";
import { t } from "../../i18n";
import { levels } from "../../parts/Rating";
import { Rows, Table } from "./charts";
import type { Levels, Score, Statistics } from "./figures";
import { PageName } from "./visits";

const share = (part: number, of: number): string => t("statistics.share", { share: number(Math.round((part / of) * 100)) });

/** The number of answers, then how many gave each level, or that these are too few to tell. */
const told = ({ count, levels: found }: Score): string[] =>
  found === null
    ? [number(count), t("statistics.withheld", { count })]
    : [number(count), ...levels.map((level) => `${number(found[level])}\u00a0(${share(found[level], count)})`)];

/** What visitors think of the pages; scores of fewer than `least` answers are held back, their number is not. */
export function Ratings({ ratings }: { ratings: Statistics["ratings"] }) {
  const { overall, least } = ratings;
  if (overall.count === 0) return <p class="govuk-body">{t("statistics.ratings.none", { least })}</p>;
  const heads = [t("statistics.count"), ...levels.map((level) => t(`rating.${level}`))];
  return (
    <>
      {overall.levels === null ? (
        <p class="govuk-body">{t("statistics.ratings.few", { count: overall.count, least })}</p>
      ) : (
        <Overall count={overall.count} found={overall.levels} />
      )}
      <Table
        caption={
          ratings.pages.length < ratings.pages_rated
            ? t("statistics.ratings.most", { shown: ratings.pages.length, all: number(ratings.pages_rated) })
            : t("statistics.ratings.pages")
        }
        heads={[t("statistics.page"), ...heads]}
        rows={[
          {
            key: "",
            head: t("statistics.ratings.all"),
            cells: told(overall),
          },
          ...ratings.pages.map((one) => ({
            key: one.page,
            head: <PageName of={one} />,
            cells: told(one),
          })),
        ]}
      />
    </>
  );
}

function Overall({ count, found }: { count: number; found: Levels }) {
  const pleased = found.very_satisfied + found.satisfied;
  return (
    <>
      <p class="govuk-body" id="ratings-told">
        {t("statistics.ratings.sentence", {
          count: number(count),
          share: share(pleased, count),
          unsatisfied: share(found.unsatisfied, count),
        })}
      </p>
      <Rows
        told="ratings-told"
        most={count}
        rows={levels.map((level) => ({
          name: t(`rating.${level}`),
          parts: [{ name: t("statistics.count"), value: found[level] }],
        }))}
      />
    </>
  );
}
