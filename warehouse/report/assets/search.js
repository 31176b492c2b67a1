/* The search: a number, an amount or a date becomes checks and claims.

In: what a person typed. Out: links; where nothing fits, the nearest numbers. Never: a request; the index is a shelf. */
"use strict";
(() => {
  const { el, money, day, several, begin, link, gone } = takeback;
  const MOST = 30;
  const form = document.getElementById("search"), wanted = document.getElementById("wanted");
  const said = document.getElementById("said"), found = document.getElementById("found");

  const normalised = (text) => text.toUpperCase().replace(/[^A-Z0-9]/g, "").replace(/^0+/, "");

  /** What a text may be: keys of the index, by the letter that they begin with. */
  function keys(text) {
    const date = text.match(/^(\d{4})-(\d{2})(?:-(\d{2}))?$/) || text.match(/^(\d{4})(\d{2})(\d{2})$/);
    const american = text.match(/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/);
    const amount = text.replace(/[$, −-]/g, "").match(/^(\d{1,12})(?:\.(\d{2}))?$/);
    const number = normalised(text);
    return [
      date && `d${date.slice(1).filter(Boolean).join("-")}`,
      american && `d${american[3]}-${american[1].padStart(2, "0")}-${american[2].padStart(2, "0")}`,
      amount && (amount[2] || text.startsWith("$")) && `a${(amount[1] + (amount[2] || "00")).padStart(15, "0")}`,
      number && `n${number}`,
    ].filter(Boolean);
  }

  function result([, [kind, id, what, label, payer, date, amount]]) {
    return el("li", {}, link(kind, id, label), el("span", {}, `${what} · ${payer ?? "unknown payer"} · ${day(date)} · ${money(amount)}`));
  }

  async function search(text) {
    const answers = await Promise.all(keys(text).map((key) => begin("number", key, MOST, key[0])));
    const exact = answers.filter((answer) => answer.exact).flatMap((answer) => answer.found);
    const near = answers.flatMap((answer) => answer.found);
    const page = document.body.dataset.page;
    const hits = (exact.length ? exact : near).sort((one, other) => (other[1][0] === page) - (one[1][0] === page));
    const own = new Map(hits.map((hit) => [hit[1].slice(0, 3).join(), hit]));
    found.replaceChildren(...[...own.values()].slice(0, MOST).map(result));
    said.textContent = exact.length ? (own.size >= MOST ? `The first ${MOST}: type more to narrow it down.` : several(own.size, "hit"))
      : own.size ? "Nothing under this. The nearest numbers on file:" : "Nothing under this. Older months are in the published file.";
    const first = own.values().next().value?.[1];
    if (exact.length && own.size === 1 && first[0] === page) location.hash = encodeURIComponent(first[1]);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = wanted.value.trim();
    if (text) search(text).catch(() => gone(found));
  });
  takeback.clearSearch = () => { found.replaceChildren(); said.textContent = ""; };
})();
