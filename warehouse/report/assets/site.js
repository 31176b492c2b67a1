/* What all pages share: text into elements, money, dates, and pieces of data loaded as scripts.

In: calls of the pieces (`takeback.piece`, `.rows`, `.root`). Out: `takeback`, the one global name.
Never: innerHTML. What a payer wrote is set as text. Money is integer cents from end to end.
Opened from the disk a page may not fetch, but it may run scripts; so data comes as scripts. */
"use strict";
window.takeback = (() => {
  const waiting = new Map(), loaded = new Map();
  const yearsOnly = document.body.hasAttribute("data-years-only");

  /** Make an element: its name, its attributes, and what is in it (texts, elements, nothing). */
  function el(name, attributes = {}, ...inside) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...inside.flat(9).filter((part) => part !== null && part !== undefined && part !== false));
    return element;
  }

  /** Write integer cents as dollars. */
  function money(cents) {
    if (cents === null || cents === undefined) return "-";
    const whole = Math.floor(Math.abs(cents) / 100).toString().replace(/\B(?=(\d{3})+$)/g, ",");
    return (cents < 0 ? "−" : "") + whole + "." + String(Math.abs(cents) % 100).padStart(2, "0");
  }

  /** Write a date; a file without patients has years only. */
  function day(date) { return date ? (yearsOnly ? date.slice(0, 4) : date) : "no date"; }

  /** Write a word of ours, such as `claim_lowered`, for people. */
  function words(name) { return String(name ?? "").replaceAll("_", " "); }

  function several(count, one, many) { return `${count.toLocaleString("en-US")} ${count === 1 ? one : many || one + "s"}`; }

  /** Load one script of `data/` once; resolves with what it handed over. */
  function load(name) {
    if (!loaded.has(name)) {
      loaded.set(name, new Promise((resolve, reject) => {
        waiting.set(name, resolve);
        const script = el("script", { src: `data/${name}.js` });
        script.onerror = () => { loaded.delete(name); reject(new Error("gone")); };
        document.head.append(script);
      }));
    }
    return loaded.get(name);
  }

  function handed(name, value) { waiting.get(name)?.(value); waiting.delete(name); }

  /** Unpack a piece: base64 of gzip of JSON. */
  async function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  }

  /** Find the number of the piece in which a key lies, or would lie. */
  function pieceOf(root, key) {
    let low = 0, high = root.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (root[middle] <= key) low = middle + 1; else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** Find the value under a key of a shelf; undefined where there is none. */
  async function find(shelf, key) {
    const root = await load(shelf);
    if (!root.length) return undefined;
    const entries = await load(`${shelf}-${pieceOf(root, key)}`);
    return entries.find((entry) => entry[0] === key)?.[1];
  }

  /** List entries whose keys begin with some text, at most so many; where there are none, the neighbours instead. */
  async function begin(shelf, start, most, kind) {
    const root = await load(shelf), found = [], near = [];
    let number = pieceOf(root, start);
    if (number > 0 && root[number] === start) number -= 1;
    for (; number < root.length && found.length < most; number += 1) {
      const entries = await load(`${shelf}-${number}`);
      const at = entries.findIndex((entry) => entry[0] >= start);
      if (!near.length) near.push(...entries.slice(Math.max(0, (at < 0 ? entries.length : at) - 3), (at < 0 ? entries.length : at) + 3));
      found.push(...entries.filter((entry) => entry[0].startsWith(start)));
      if (entries.at(-1)[0] > start && !entries.at(-1)[0].startsWith(start)) break;
    }
    return found.length ? { found: found.slice(0, most), exact: true }
      : { found: near.filter((entry) => entry[0][0] === kind), exact: false };
  }

  /** Link to a check or claim. */
  function link(kind, id, label) { return el("a", { href: `${kind}.html#${encodeURIComponent(id)}` }, label || "(no number)"); }

  /** What stands behind the # of the address. */
  function asked() {
    try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; }
  }

  /** Say that a piece is not there any more: a newer report has taken this one's place. */
  function gone(place) {
    place.replaceChildren(el("p", { class: "bad", role: "alert" },
      "This page is older than its data: a newer report has been written. ",
      el("button", { onclick: () => location.reload() }, "Load it")));
  }

  /** Tell the check or claim whose id stands behind the # of the address, now and whenever that changes. */
  function tellAsked(kind, tell) {
    const story = document.getElementById("story"), start = document.getElementById("start");
    async function show() {
      const id = asked();
      start.hidden = Boolean(id);
      takeback.clearSearch();
      story.replaceChildren();
      if (!id) return;
      try {
        const found = await find(kind, id);
        if (found) tell(found);
        else story.replaceChildren(el("p", { class: "bad", role: "alert" }, `No such ${kind} in these pages. Older months are in the published file: takeback explain tells of them.`));
      } catch { gone(story); }
    }
    addEventListener("hashchange", show);
    show();
  }

  /** How long ago the last night ended, beside its time; a warning where it should have run again. */
  function age() {
    const time = document.querySelector("[data-age]");
    const hours = Math.floor((Date.now() - Date.parse(time?.dateTime)) / 3600000);
    if (!Number.isFinite(hours)) return;
    const ago = hours < 1 ? "less than an hour ago" : hours < 48 ? `${several(hours, "hour")} ago` : `${several(Math.floor(hours / 24), "day")} ago`;
    time.after(` (${ago})`);
    const place = document.getElementById("freshness");
    if (place) {
      place.textContent = hours < 36 ? `Fresh: the last night ended ${ago}.` : `Stale: the last night ended ${ago}, look into the nightly job.`;
      place.className = hours < 36 ? "good" : "bad";
    }
  }

  age();
  return {
    el, money, day, words, several, load, begin, link, gone, tellAsked,
    piece: (shelf, number, text) => handed(`${shelf}-${number}`, unpacked(text)),
    rows: (list, number, entries) => handed(`${list}-${number}`, entries),
    root: (name, root) => handed(name, root),
  };
})();
