import { render } from "preact";
import { App } from "./App";
import { ready } from "./i18n";
import { listen } from "./router";
import { resume } from "./session";
import "./styles/site.scss";

const root = document.getElementById("app");
if (root === null) throw new Error("the page has no place for the application");

listen();
void resume();
try {
  await ready();
} catch (lost) {
  console.error(lost); // the page is then drawn in Vietnamese, which came with it
}
render(<App />, root);
