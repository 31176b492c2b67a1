/* Why was this check short: the steps from the claims paid to BPR02 as a waterfall, each with its evidence.

In: a remittance id behind the # of the address. Out: the story of that check. Never: a sum that is not in the data: the
running amount is the steps added up, and the page says whether it meets BPR02. */
"use strict";
(() => {
  const { el, money, day, words, several, link } = takeback;
  const story = document.getElementById("story");
  const FIRST_CLAIMS = 50;
  const NS = "http://www.w3.org/2000/svg";

  /** A bar from one running amount to the next, on a scale that all steps share. */
  function bar(from, to, low, high, kind) {
    const svg = document.createElementNS(NS, "svg"), span = high - low || 1;
    const at = (cents) => ((cents - low) * 100) / span;
    const put = (name, attributes) => {
      const shape = document.createElementNS(NS, name);
      for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
      svg.append(shape);
    };
    svg.setAttribute("aria-hidden", "true");
    if (low < 0) put("line", { x1: `${at(0)}%`, x2: `${at(0)}%`, y1: 0, y2: "100%", class: "zero" });
    put("rect", { x: `${Math.min(at(from), at(to))}%`, width: `${Math.max(Math.abs(at(to) - at(from)), 0.4)}%`, y: "20%", height: "60%", class: kind });
    return svg;
  }

  /** A segment's text, the reference in it marked. */
  function marked(text, reference) {
    const at = reference ? text.indexOf(reference) : -1;
    return at < 0 ? text : [text.slice(0, at), el("mark", {}, reference), text.slice(at + reference.length)];
  }

  function evidence(check, part) {
    const place = part.from === null || part.from === undefined ? null
      : `${check.file ?? "file"} · bytes ${part.from.toLocaleString("en-US")} to ${part.to.toLocaleString("en-US")}`;
    if (!part.text && !place) return null;
    return el("div", { class: "evidence" }, part.text && el("code", {}, marked(part.text, part.reference)), place && el("small", {}, place));
  }

  function tied(claim) {
    return el("li", {}, el("strong", {}, money(claim.amount)), " for claim ", link("claim", claim.family, claim.account || claim.number),
      claim.number && ` (${claim.number})`, claim.check && [", paid ", day(claim.paid), " in check ", link("check", claim.check, claim.trace)],
      el("small", {}, `by ${words(claim.rule)}${claim.sure === null ? "" : `, ${claim.sure} % sure`}${claim.evidence ? `: ${claim.evidence}` : ""}`));
  }

  /** What a forward balance is made of. */
  function moved(parts) {
    return [el("p", {}, "Made of, the oldest first:"), el("ul", { class: "tied" }, parts.map((part) => el("li", {}, el("strong", {}, money(part.amount)), ` ${words(part.kind)}`,
      part.family ? [" of claim ", link("claim", part.family, part.account || part.number)] : "", part.check ? [", short in check ", link("check", part.check, part.trace)] : ""))),
    el("p", { class: "note" }, "Money pays for the oldest taking first; an 835 does not say which dollar is which.")];
  }

  function open(step) {
    return el("div", { class: "open" }, el("p", {}, el("strong", {}, `${money(step.open.amount)} open`), `: ${words(step.open.reason)}`,
      step.open.days === null ? "" : `, for ${several(step.open.days, "day")}`),
      step.candidates?.length ? [el("p", {}, "It could be of:"), el("ul", {}, step.candidates.map((claim) => el("li", {}, link("claim", claim.family, claim.account || claim.number), claim.number && ` (${claim.number})`)))] : el("p", {}, "No candidate on file."));
  }

  function claimRows(check, from, to) {
    return check.claims.slice(from, to).map(([family, account, number, status, charge, paid, role, first, last, text]) =>
      el("tr", {}, el("td", { "data-label": "Account" }, link("claim", family, account || number)), el("td", { "data-label": "Claim number" }, number ?? ""), el("td", { "data-label": "Role" }, role), el("td", { "data-label": "Status" }, status ?? ""),
        el("td", { class: "number", "data-label": "Charge" }, money(charge)), el("td", { class: "number", "data-label": "Paid" }, money(paid)),
        el("td", { "data-label": "Evidence" }, evidence(check, { from: first, to: last, text }))));
  }

  function claims(check) {
    if (!check.claims.length) return null;
    const body = el("tbody", {}, claimRows(check, 0, FIRST_CLAIMS));
    let shown = FIRST_CLAIMS;
    const more = el("button", { type: "button", hidden: check.claims.length <= shown, onclick: () => {
      body.append(...claimRows(check, shown, shown + 500)); shown += 500; more.hidden = shown >= check.claims.length;
    } }, "Show more claims");
    return el("details", {}, el("summary", {}, several(check.claims.length, "claim") + " in this check"), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Claims of this check" },
      el("table", { class: "list" }, el("thead", {}, el("tr", {}, ["Account", "Claim number", "Role", "Status"].map((head) => el("th", { scope: "col" }, head)),
        ["Charge", "Paid"].map((head) => el("th", { scope: "col", class: "number" }, head)), el("th", { scope: "col" }, "Evidence"))), body)), more);
  }

  function detail(check, step) {
    const told = step.parts?.length ? step.words.split(":")[0] : step.words;
    const parts = [told && !step.claims?.length && el("p", {}, told),
      step.code && el("p", {}, `PLB ${step.code}`, step.reference ? [", reference ", el("code", {}, step.reference)] : null),
      step.claims?.length ? el("ul", { class: "tied" }, step.claims.map(tied)) : null,
      step.parts?.length ? moved(step.parts) : null, step.open ? open(step) : null,
      step.kind.startsWith("claim_") && step.family ? el("p", {}, link("claim", step.family, "The claim's story")) : null,
      evidence(check, step), step.kind === "payments" ? claims(check) : null].filter(Boolean);
    return parts;
  }

  function waterfall(check) {
    let running = 0;
    const ends = check.steps.map((step) => [running, running += step.amount]);
    const low = Math.min(0, ...ends.flat(), check.paid), high = Math.max(0, ...ends.flat(), check.paid);
    const rows = check.steps.flatMap((step, at) => {
      const id = `step-${at}`, parts = detail(check, step);
      const button = el("button", { type: "button", class: "step", "aria-expanded": "false", "aria-controls": id, onclick: () => {
        const is = button.getAttribute("aria-expanded") === "true";
        button.setAttribute("aria-expanded", String(!is)); below.hidden = is;
      } }, words(step.kind), step.reference ? el("small", {}, step.reference) : null);
      const below = el("tr", { id, class: "detail", hidden: true }, el("td", { colspan: "4" }, parts));
      return [el("tr", { class: step.open ? "open" : null }, el("th", { scope: "row" }, button),
        el("td", { class: "number", "data-label": "Amount" }, money(step.amount)), el("td", { class: "number", "data-label": "So far" }, money(ends[at][1])),
        el("td", { class: "bar" }, bar(...ends[at], low, high, step.amount < 0 ? "kept" : at ? "given" : "base"))), below];
    });
    return { total: running, table: el("table", { class: "waterfall" },
      el("caption", {}, "From the claims paid to the amount of the check. Open a step to see its evidence."),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Step"), el("th", { scope: "col", class: "number" }, "Amount"), el("th", { scope: "col", class: "number" }, "So far"), el("th", { scope: "col" }, el("span", { class: "unseen" }, "Bar")))),
      el("tbody", {}, rows),
      el("tfoot", {}, el("tr", {}, el("th", { scope: "row" }, "Check amount (BPR02)"), el("td", { class: "number" }, money(check.paid)), el("td"), el("td", { class: "bar" }, bar(0, check.paid, low, high, "base"))))) };
  }

  function verdict(check, total) {
    if (total === check.paid) return el("p", { class: "good" }, `The steps add up to the check, to the cent.`);
    return el("p", { class: "bad" }, `The steps make ${money(total)}, the check is ${money(check.paid)}: ${money(check.paid - total)} apart.`);
  }

  function tell(check) {
    const { total, table } = waterfall(check);
    const all = (is) => story.querySelectorAll(".step").forEach((button) => { if ((button.getAttribute("aria-expanded") === "true") !== is) button.click(); });
    story.replaceChildren(el("article", {},
      el("h2", { tabindex: "-1" }, `Check ${check.trace ?? "without a trace number"}`),
      el("p", { class: "lead" }, `${check.payer ?? "Unknown payer"} paid ${money(check.paid)} on ${day(check.date)}`, check.method ? ` by ${check.method}` : "", check.payee ? `, to NPI ${check.payee}` : "", "."),
      check.findings.map((finding) => el("p", { class: "bad" }, `${words(finding.kind)}, ${money(finding.amount)}: ${finding.words ?? ""}`)),
      el("p", { class: "tools" }, el("button", { type: "button", onclick: () => all(true) }, "Open all steps"), el("button", { type: "button", onclick: () => all(false) }, "Close all")),
      table, verdict(check, total),
      el("p", { class: "note" }, check.file ? `From ${check.file}, bytes ${check.from.toLocaleString("en-US")} to ${check.to.toLocaleString("en-US")}; SHA-256 ` : null, check.file && check.sha256 ? el("code", {}, check.sha256.slice(0, 16)) : null)));
    document.title = `Check ${check.trace} · takeback`;
    story.querySelector("h2").focus();
  }

  addEventListener("beforeprint", () => story.querySelectorAll(".step[aria-expanded=false]").forEach((button) => button.click()));
  takeback.tellAsked("check", tell);
})();
