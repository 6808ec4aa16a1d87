// What the visitor chose, applied before the first paint. The published pages (guidance, agencies) load this file
// too: there it also brings the buttons of the bar to life, which the application does by itself.
(function () {
  var root = document.documentElement;
  var kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("motcua.preferences") || "{}") || {};
  } catch (refused) {
    kept = {}; // storage is closed or holds something else: the defaults are a complete answer
  }

  function keep() {
    try {
      localStorage.setItem("motcua.preferences", JSON.stringify(kept));
    } catch (refused) {
      root.dataset.unkept = "true"; // the choice holds for this page alone
    }
  }

  root.dataset.theme = ["normal", "contrast", "dark"].indexOf(kept.theme) < 0 ? "normal" : kept.theme;
  root.dataset.size = ["small", "normal", "large"].indexOf(kept.size) < 0 ? "normal" : kept.size;

  if (document.querySelector('meta[name="motcua-page"]') === null) {
    if (kept.language === "en" || kept.language === "vi") root.lang = kept.language;
    return;
  }
  // A published page has one language; what is opened from it goes on in that one.
  if (kept.language !== root.lang) {
    kept.language = root.lang;
    keep();
  }
  function connected() {
    var line = document.querySelector("[data-offline]");
    if (line) line.hidden = navigator.onLine !== false;
  }
  document.addEventListener("DOMContentLoaded", connected);
  addEventListener("online", connected);
  addEventListener("offline", connected);
  function show() {
    document.querySelectorAll("[data-set-theme], [data-set-size]").forEach(function (button) {
      var chosen = button.dataset.setTheme ? root.dataset.theme : root.dataset.size;
      button.setAttribute("aria-pressed", String(chosen === (button.dataset.setTheme || button.dataset.setSize)));
    });
  }
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-set-theme], [data-set-size]");
    if (!button) return;
    if (button.dataset.setTheme) kept.theme = root.dataset.theme = button.dataset.setTheme;
    if (button.dataset.setSize) kept.size = root.dataset.size = button.dataset.setSize;
    show();
    keep();
  });
})();
