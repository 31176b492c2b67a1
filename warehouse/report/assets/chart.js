/* The trend: bars drawn by uPlot from the numbers of the table below them.

In: a table with cents in its rows. Out: a chart in the element that names the table. Never: a number of its own. */
"use strict";
(() => {
  const { money } = takeback;

  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

  function draw(place) {
    const rows = [...document.getElementById(place.dataset.chart).tBodies[0].rows];
    const months = rows.map((row) => Date.parse(row.dataset.month) / 1000);
    const dollars = (name) => rows.map((row) => Number(row.dataset[name]) / 100 || null);
    const total = dollars("total"), taken = dollars("taken"), open = dollars("open");
    const bars = uPlot.paths.bars({ size: [0.62, 56] });
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    const value = (_, amount) => amount === null || amount === undefined ? "-" : money(Math.round(amount * 100));
    const series = (label, name) => ({ label, paths: bars, fill: colour(name), stroke: colour(name), points: { show: false }, value });
    const rest = 15 * 86400;
    place.replaceChildren();
    new uPlot({
      width: place.clientWidth, height: 220, tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "UTC"),
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { range: () => [months[0] - rest, months.at(-1) + rest] }, y: { range: (_, low, high) => [0, Math.max(high * 1.08, 1)] } },
      axes: [
        { ...axis, grid: { show: false }, splits: () => months, values: (_, marks) => marks.map((at) => new Date(at * 1000).toLocaleDateString("en-US", { month: "short", year: marks.length > 14 ? "2-digit" : undefined, timeZone: "UTC" })) },
        { ...axis, size: 70, values: (_, marks) => marks.map((dollars) => dollars.toLocaleString("en-US")) },
      ],
      series: [
        { label: "Month", value: (_, at) => at === null ? "-" : new Date(at * 1000).toISOString().slice(0, 7) },
        series("All that was taken", "--accent-soft"), series("of it by recoupment", "--accent"), series("of that not tied to a claim", "--ink"),
      ],
    }, [months, total, taken, open], place);
  }

  const places = [...document.querySelectorAll("[data-chart]")];
  const redraw = () => places.forEach(draw);
  redraw();
  let waits;
  addEventListener("resize", () => { clearTimeout(waits); waits = setTimeout(redraw, 150); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
})();
