/* Payers: a link to one opens it, and so does printing. In: the address. Out: open details. Never: data. */
"use strict";
(() => {
  function openAsked() {
    const asked = location.hash && document.getElementById(location.hash.slice(1));
    if (asked) { asked.open = true; asked.querySelector("summary")?.focus({ preventScroll: true }); asked.scrollIntoView(); }
  }
  addEventListener("hashchange", openAsked);
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  openAsked();
})();
