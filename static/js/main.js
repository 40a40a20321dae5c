const enhancements = {
  country: () => import("./country.js"),
  suggest: () => import("./suggest.js"),
  "submit-once": () => import("./submit-once.js"),
  together: () => import("./together.js"),
};

for (const element of document.querySelectorAll("[data-enhance]")) {
  enhancements[element.dataset.enhance]?.().then(({ default: enhance }) => enhance(element));
}
