// The rating at the foot of the published pages (guidance, agencies), which are read without this too: it shows what
// is hidden there without it, and sends one tap. Texts stand in the page; this has none.
(function () {
  var root = document.querySelector("[data-rating]");
  if (!root) return;
  var levels = root.querySelector("[data-levels]");
  var thanks = root.querySelector("[data-thanks]");
  var failed = root.querySelector("[data-failed]");
  var ids = {}; // by level: however often a choice is sent, it is one rating
  var busy = false;
  root.hidden = false;

  levels.addEventListener("click", function (event) {
    var button = event.target.closest("[data-level]");
    if (!button || busy) return;
    var level = button.dataset.level;
    ids[level] = ids[level] || crypto.randomUUID();
    busy = true;
    failed.hidden = true;
    fetch("/api/ratings", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
      body: JSON.stringify({ id: ids[level], page: location.pathname, level: level }),
    })
      .then(function (answer) {
        if (!answer.ok) throw new Error("the rating was answered with " + answer.status);
        thanks.querySelector("[data-said]").textContent = button.textContent;
        levels.hidden = true;
        thanks.hidden = false;
        thanks.focus();
      })
      .catch(function (lost) {
        console.error(lost);
        failed.hidden = false;
        busy = false;
      });
  });
})();
