// What the visitor chose, applied before the first paint. The guidance pages load this file too: there it also
// brings the buttons of the bar to life (data-set-theme, data-set-size), which the application does by itself.
(function () {
  var root = document.documentElement;
  var kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("motcua.preferences") || "{}") || {};
  } catch (refused) {
    kept = {}; // storage is closed or holds something else: the defaults are a complete answer
  }
  var themes = ["normal", "contrast", "dark"];
  var sizes = ["small", "normal", "large"];
  root.dataset.theme = themes.indexOf(kept.theme) < 0 ? "normal" : kept.theme;
  root.dataset.size = sizes.indexOf(kept.size) < 0 ? "normal" : kept.size;
  if (document.querySelector('meta[name="motcua-page"]') === null) {
    if (kept.language === "en" || kept.language === "vi") root.lang = kept.language;
    return;
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-set-theme], [data-set-size]");
    if (!button) return;
    if (button.dataset.setTheme) kept.theme = root.dataset.theme = button.dataset.setTheme;
    if (button.dataset.setSize) kept.size = root.dataset.size = button.dataset.setSize;
    try {
      localStorage.setItem("motcua.preferences", JSON.stringify(kept));
    } catch (refused) {
      root.dataset.unkept = "true"; // the choice holds for this page alone
    }
  });
})();
