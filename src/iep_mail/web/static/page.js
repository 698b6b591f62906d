// The page works without this. With it, a button keeps the parent's place on the page (htmx does that),
// and a page that can no longer be reached says so instead of doing nothing.
"use strict";
let here = location.pathname;
document.addEventListener("htmx:afterSettle", () => {
  if (location.pathname !== here) {
    here = location.pathname;
    scrollTo(0, 0);
  }
});
for (const silence of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(silence, () => {
    document.getElementById("gone").hidden = false;
  });
}
