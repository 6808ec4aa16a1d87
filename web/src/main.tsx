import { render } from "preact";
import { App } from "./App";
import { ready } from "./i18n";
import { keepForLater } from "./network";
import { listen } from "./router";
import { resume } from "./session";
import "./styles/site.scss";

const root = document.getElementById("app");
if (root === null) throw new Error("the page has no place for the application");

listen();
void resume();
try {
  await ready();
} catch (failed) {
  console.warn(failed); // the other language cannot be fetched now; the Vietnamese texts are here
}
render(<App />, root);
if (import.meta.env.PROD) void keepForLater();
