/* Tabs of the worklists: arrow keys move, the address remembers. In: the tab list. Out: one panel shown. Never: data. */
"use strict";
(() => {
  const tabs = [...document.querySelectorAll("[role=tab]")];

  function choose(tab, focus) {
    for (const other of tabs) {
      const is = other === tab;
      other.setAttribute("aria-selected", String(is));
      other.tabIndex = is ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !is;
    }
    if (focus) tab.focus();
  }

  const STEPS = { ArrowRight: 1, ArrowLeft: -1 };
  tabs.forEach((tab, at) => {
    tab.addEventListener("click", () => { choose(tab); history.replaceState(null, "", `#${tab.getAttribute("aria-controls")}`); });
    tab.addEventListener("keydown", (event) => {
      if (STEPS[event.key]) { event.preventDefault(); choose(tabs[(at + STEPS[event.key] + tabs.length) % tabs.length], true); }
    });
  });
  const named = () => tabs.find((tab) => `#${tab.getAttribute("aria-controls")}` === location.hash);
  addEventListener("hashchange", () => named() && choose(named()));
  if (named()) choose(named());
})();
