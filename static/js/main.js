import country from "./country.js";
import submitOnce from "./submit-once.js";
import together from "./together.js";

const enhancements = { country, "submit-once": submitOnce, together };

for (const element of document.querySelectorAll("[data-enhance]")) {
  enhancements[element.dataset.enhance]?.(element);
}
