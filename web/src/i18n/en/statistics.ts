import type { Same } from "..";
import type { statistics as vi } from "../vi/statistics";

export const statistics: Same<typeof vi> = {
  "statistics.updated": "Updated at {moment}. The figures are published anew every hour.",
  "statistics.none":
    "No figures have been published yet. The first ones come at most an hour after the system was started; please come back later.",
  "statistics.json": "Download all figures (JSON)",
  "statistics.share": "{share}%",
  "statistics.span": "{least} to {most}",
  "statistics.few": "below {least}",
  "statistics.withheld": "{count} ratings: too few to publish",
  "statistics.withheld.one": "{count} rating: too few to publish",

  "statistics.day": "Day",
  "statistics.views": "Views",
  "statistics.page": "Page",
  "statistics.page.start": "Beginning to file",
  "statistics.page.filing": "Filing a dossier",
  "statistics.page.dossier": "Following a dossier",
  "statistics.page.receipt": "Receipt",
  "statistics.page.cover": "Cover sheet for the post",
  "statistics.page.complaint": "Complaint about a dossier",
  "statistics.page.share": "Sharing a dossier",
  "statistics.page.pay": "Paying the fees of a dossier",
  "statistics.page.paying": "Payments",
  "statistics.page.payment": "Outcome of a payment",
  "statistics.page.contents": "List of procedures",
  "statistics.page.everything": "Everything on one page",
  "statistics.page.field": "Procedures of a field",
  "statistics.count": "Ratings",
  "statistics.agency": "Agency",
  "statistics.received": "Received",
  "statistics.on_time": "Decided on time",
  "statistics.late": "Decided late",
  "statistics.overdue": "Overdue now",

  "statistics.visits": "Page views",
  "statistics.visits.none": "No view has been recorded yet.",
  "statistics.visits.sentence": "Views in the last {days} days: {count}, most on {day}: {most}.",
  "statistics.visits.quiet": "In the last {days} days no page was viewed.",
  "statistics.visits.total": "Since {since} there were {count} views in all.",
  "statistics.visits.table": "Show the figures of each day",
  "statistics.visits.days": "Views in the last {days} days",
  "statistics.visits.most": "Pages viewed most since {since}",
  "statistics.visits.how":
    "How it is counted: from access logs. Each time a public page is loaded from the server is one view; machines and officers are left out. Going to another page within the portal without the browser loading it anew is not counted. No network address and nothing else about the visitor is kept. Views may be counted up to a day late.",
  "statistics.visits.file": "Download the views of each day (CSV)",

  "statistics.ratings": "Satisfaction with the pages",
  "statistics.ratings.none": "There are no ratings yet. Results are published from {least} ratings on.",
  "statistics.ratings.few": "{count} ratings: too few to publish. Results are published from {least} ratings on.",
  "statistics.ratings.few.one": "{count} rating: too few to publish. Results are published from {least} ratings on.",
  "statistics.ratings.sentence": "{count} ratings: {share} very satisfied or satisfied, {unsatisfied} not satisfied.",
  "statistics.ratings.pages": "Ratings of each page",
  "statistics.ratings.most": "The {shown} pages with the most ratings, of {all} that were rated",
  "statistics.ratings.all": "All pages",
  "statistics.ratings.how":
    "How it is counted: anybody can rate at the foot of each page, without an account. The portal does not keep who rated, so it cannot prevent one person from rating several times.",
  "statistics.ratings.file": "Download the ratings of each page (CSV)",

  "statistics.dossiers": "Dossiers received and decided",
  "statistics.dossiers.year": "Year {year}",
  "statistics.dossiers.none": "No dossier has been received in {year} yet.",
  "statistics.dossiers.sentence":
    "The agencies received {received} dossiers and decided {on_time} on time and {late} late.",
  "statistics.dossiers.overdue": "Overdue at present: {overdue}.",
  "statistics.dossiers.punctual": "None is overdue at present.",
  "statistics.dossiers.agencies": "Dossiers of each agency in {year}",
  "statistics.dossiers.all": "All agencies",
  "statistics.dossiers.how":
    "How it is counted: a dossier is received when the agency accepts it and the time to decide begins. It is decided when there is a result; on time if the result was there by the moment promised, without the time in which the applicant was to supplement. One that is reopened after a complaint counts once more. Numbers from 1 to 4 are given as below 5, so that nothing is known of single persons; the total is then given as a range. Agencies that are not in the table have had no dossier.",
  "statistics.dossiers.file": "Download the dossiers of each agency (CSV)",
};
