/* Lists: tables of rows that can be filtered, sorted and taken away as CSV.

In: elements with `data-list`, the list's columns and its pieces. Out: a table in each. Never: all rows in the page at
once, or a cell of the CSV that a spreadsheet would run. */
"use strict";
(() => {
  const { el, money, day, several, load, link, gone } = takeback;
  const PAGE = 100, BEGINNING = 25;  // rows of a worklist; of a list that only begins a page
  const RISKY = /^ *[=+\-@\t\r\n＝＋－＠]/;
  const RIGHT = new Set(["money", "number"]);

  const SHOWN = {
    text: (value) => value ?? "",
    words: ([said, more]) => [said ?? "", more && el("small", {}, more)],
    money: (value) => money(value),
    number: (value) => (value ?? "").toLocaleString("en-US"),
    date: (value) => value ? day(value) : "",
    check: (value) => value ? link("check", value[0], value[1]) : "",
    claim: (value) => value ? link("claim", value[0], value[1]) : "",
    claims: (values) => values?.length ? el("details", {}, el("summary", {}, several(values.length, "claim")), el("ul", {}, values.map((value) => el("li", {}, link("claim", ...value))))) : "none",
  };
  const PLAIN = {
    words: (value) => value.filter(Boolean).join(" "),
    check: (value) => value?.[1] ?? "", claim: (value) => value?.[1] ?? "",
    claims: (values) => (values ?? []).map((value) => value[1]).join(" "),
    money: (value) => value === null || value === undefined ? "" : `${value < 0 ? "-" : ""}${Math.floor(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, "0")}`,
  };
  const plain = (kind, value) => (PLAIN[kind] || ((other) => other ?? ""))(value);

  /** One cell of a CSV file: text that a spreadsheet would take for a formula begins with an apostrophe. */
  function cell(kind, value) {
    const text = String(plain(kind, value));
    const safe = !RIGHT.has(kind) && RISKY.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  function csv(columns, rows) {
    const lines = [columns.map((column) => cell("text", column.label)), ...rows.map((row) => columns.map((column) => cell(column.kind, row[column.column])))];
    return lines.map((line) => line.join(",")).join("\r\n") + "\r\n";
  }

  function compare(kind, one, other) {
    if (RIGHT.has(kind)) return (one ?? -Infinity) - (other ?? -Infinity);
    return String(plain(kind, one)).localeCompare(String(plain(kind, other)), "en");
  }

  class List {
    constructor(place, columns, size) {
      Object.assign(this, { place, columns, size, rows: [], next: 0, shown: place.hasAttribute("data-tools") ? PAGE : BEGINNING, by: null, down: true, filter: "" });
      this.body = el("tbody");
      this.said = el("p", { class: "said", role: "status" });
      this.more = el("button", { type: "button", onclick: () => this.further() }, "Show more");
      this.heads = columns.map((column) => el("th", { scope: "col", class: RIGHT.has(column.kind) ? "number" : null, "aria-sort": "none" },
        el("button", { type: "button", onclick: () => this.sort(column) }, column.label)));
      place.append(...this.tools(), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Rows" },
        el("table", { class: "list" }, el("thead", {}, el("tr", {}, this.heads)), this.body)), this.said, this.more);
    }

    tools() {
      if (!this.place.hasAttribute("data-tools")) return [];
      const id = `filter-${this.place.dataset.list}`;
      const input = el("input", { id, type: "search", placeholder: "payer, reason, number …", oninput: () => { this.filter = input.value.toLowerCase(); this.shown = PAGE; this.all().then(() => this.show()); } });
      return [el("div", { class: "tools" }, el("label", { for: id }, "Filter"), input,
        el("button", { type: "button", onclick: () => this.take() }, "Take as CSV"))];
    }

    async piece() { this.rows.push(...await load(`${this.place.dataset.list}-${this.next++}`)); }
    async all() { while (this.next < this.size.pieces) await this.piece(); }

    async further() {
      this.shown += PAGE;
      while (this.rows.length < this.shown && this.next < this.size.pieces) await this.piece();
      this.show();
    }

    async sort(column) {
      this.down = this.by === column ? !this.down : RIGHT.has(column.kind);
      this.by = column;
      await this.all();
      this.rows.sort((one, other) => (this.down ? -1 : 1) * compare(column.kind, one[column.column], other[column.column]));
      this.heads.forEach((head, at) => head.setAttribute("aria-sort", this.columns[at] === column ? (this.down ? "descending" : "ascending") : "none"));
      this.show();
    }

    matching() {
      if (!this.filter) return this.rows;
      return this.rows.filter((row) => this.columns.some((column) => {
        const value = row[column.column];
        const text = column.kind === "money" ? money(value) + " " + plain("money", value) : String(plain(column.kind, value));
        return text.toLowerCase().includes(this.filter);
      }));
    }

    async take() {
      await this.all();
      const url = URL.createObjectURL(new Blob(["\ufeff", csv(this.columns, this.matching())], { type: "text/csv" }));
      el("a", { href: url, download: `${this.place.dataset.list}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
    }

    show() {
      const rows = this.matching(), some = rows.slice(0, this.shown);
      const total = this.filter ? rows.length : this.size.rows;
      this.body.replaceChildren(...some.map((row) => el("tr", {}, this.columns.map((column) =>
        el("td", { class: RIGHT.has(column.kind) ? "number" : column.kind, "data-label": column.label }, SHOWN[column.kind](row[column.column]))))));
      this.said.textContent = total ? `${some.length.toLocaleString("en-US")} of ${several(total, "row")}` : this.filter ? "No row has this." : "Nothing here: all is well.";
      this.more.hidden = some.length >= total;
    }
  }

  async function open(place) {
    try {
      const [columns, size] = await Promise.all([load("lists"), load(place.dataset.list)]);
      const list = new List(place, columns[place.dataset.list], size);
      if (size.pieces) await list.piece();
      list.show();
    } catch { gone(place); }
  }

  takeback.csv = csv;
  document.querySelectorAll("[data-list]").forEach(open);
})();
