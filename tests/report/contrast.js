// Returns every text of the page whose contrast against its ground is below 4.5 to 1 (WCAG 2.2 AA).
const light = (colour) =>
  colour.match(/[\d.]+/g).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
const ground = (element) => {
  for (let place = element; place; place = place.parentElement) {
    const colour = getComputedStyle(place).backgroundColor;
    if (!colour.endsWith(", 0)")) return colour;
  }
  return "rgb(255, 255, 255)";
};
const ratio = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
return [...document.querySelectorAll("main *, header *, footer *")]
  .filter((element) => element.offsetParent && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
  .map((element) => [element.outerHTML.slice(0, 80), ratio(light(getComputedStyle(element).color), light(ground(element)))])
  .filter(([, value]) => value < 4.5);
