const enhancements = {
  country: () => import("./country.js"),
  suggest: (form) => whenUsed(form).then(() => import("./suggest.js")),
  "submit-once": () => import("./submit-once.js"),
  together: () => import("./together.js"),
};

/** Wait for somebody to go to the search field, whose role is known before. */
function whenUsed(form) {
  const field = form.querySelector("input[type=search]");
  field.role = "combobox";
  field.ariaExpanded = "false";
  if (document.activeElement === field) return Promise.resolve();
  return new Promise((resolve) => field.addEventListener("focus", resolve, { once: true }));
}

for (const element of document.querySelectorAll("[data-enhance]")) {
  enhancements[element.dataset.enhance]?.(element).then(({ default: enhance }) => enhance(element));
}
