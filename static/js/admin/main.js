import markdown from "./markdown.js";
import pictures from "./pictures.js";
import places from "./places.js";

const enhancements = {
  "[data-markdown]": markdown,
  ".placed-rows": places,
  ".placed-rows--pictures": pictures,
};

// Django's own scripts set up the rows when the page is ready.
window.addEventListener("load", () => {
  for (const [selector, enhance] of Object.entries(enhancements))
    for (const element of document.querySelectorAll(selector)) enhance(element);
});
