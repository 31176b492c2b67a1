/* A claim's story: from the 837 through payments, reversal, correction and takebacks to what is still open.

In: a claim family's id behind the # of the address. Out: its timeline. Never: an amount that is not in the data. */
"use strict";
(() => {
  const { el, money, day, words, link } = takeback;
  const story = document.getElementById("story");
  const KINDS = { P: "professional", I: "institutional", D: "dental" };
  const TITLES = { notice: "Letter asks it back", refund_check: "Refund check sent", dispute: "Disputed", decision: "Decided by a person", claim: "Claim sent", original: "Paid", reversal: "Payment reversed", correction: "Corrected",
    recoupment: "Money taken", deferral: "Taking put off", give_back: "Money given back", forward_out: "Moved to a later check", forward_in: "Taken from a later check", refund: "Refund acknowledged", refund_contra: "Refund, other leg", excess_refund: "Refunded too much" };

  function evidence(event) {
    if (!event.text && !event.from) return null;
    return el("div", { class: "evidence" }, event.text && el("code", {}, event.text),
      event.from === null || event.from === undefined ? null : el("small", {}, `${event.file ? event.file + " · " : ""}bytes ${event.from.toLocaleString("en-US")} to ${event.to.toLocaleString("en-US")}`));
  }

  function reasons(event) {
    if (!event.reasons?.length) return null;
    return el("ul", { class: "reasons" }, event.reasons.map(([code, amount, category]) => el("li", {}, el("code", {}, code), ` ${money(amount)}`, category ? ` ${words(category)}` : "")));
  }

  function item(event) {
    const title = event.what === "original" && event.amount === 0 ? "Denied or paid nothing" : TITLES[event.what] || words(event.what);
    return el("li", { class: event.amount < 0 || event.what === "notice" ? "kept" : null },
      el("time", { datetime: event.day }, day(event.day)),
      el("div", {}, el("h3", {}, title, el("span", { class: "number" }, event.amount === null ? "" : money(event.amount))),
        el("p", {}, event.words, event.kind ? ` (${KINDS[event.kind] || event.kind})` : "", event.charge === null ? "" : `, charge ${money(event.charge)}`,
          event.check ? [" · check ", link("check", event.check, event.trace)] : ""),
        event.why && el("p", { class: "note" }, event.why), reasons(event), evidence(event) && el("details", {}, el("summary", {}, "Evidence"), evidence(event))));
  }

  function debt(claim) {
    if (!claim.debt) return null;
    const left = claim.debt.outstanding;
    const rows = ["identified", "recovered", "refunded", "given_back", "forgiven", "outstanding"];
    return el("section", { "aria-label": "The debt" }, el("h3", {}, left > 0 ? "Still open" : left < 0 ? "Taken too much" : "Settled"),
      el("table", { class: "debt" }, el("tbody", {}, rows.map((name) => el("tr", {}, el("th", { scope: "row" }, words(name)), el("td", { class: "number" }, money(claim.debt[name])))))),
      el("p", { class: "note" }, `Cause: ${words(claim.debt.cause) || "unknown"}. State: ${words(claim.debt.state) || "unknown"}.`));
  }

  function tell(claim) {
    const title = claim.account || claim.number || "without a number";
    story.replaceChildren(el("article", {},
      el("h2", { tabindex: "-1" }, `Claim ${title}`),
      el("p", { class: "lead" }, [claim.patient, claim.payer, claim.number && `payer's number ${claim.number}`,
        claim.service_from && `service ${day(claim.service_from)}${claim.service_to && claim.service_to !== claim.service_from ? ` to ${day(claim.service_to)}` : ""}`, `paid to date ${money(claim.paid)}`].filter(Boolean).join(" · ")),
      claim.findings.map((finding) => el("p", { class: "bad" }, `${words(finding.kind)}, ${money(finding.amount)}: ${finding.words ?? ""}`)),
      el("ol", { class: "timeline" }, claim.events.map(item)), debt(claim)));
    document.title = `Claim ${title} · takeback`;
    story.querySelector("h2").focus();
  }

  addEventListener("beforeprint", () => story.querySelectorAll("details").forEach((detail) => { detail.open = true; }));
  takeback.tellAsked("claim", tell);
})();
