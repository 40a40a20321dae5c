/** Suggest books, people, series and subjects below the search field (the ARIA combobox). */
const PAUSE = 120; // milliseconds without a key before asking
const SHORTEST = 2;

export default function suggest(form) {
  const field = form.querySelector("input[type=search]");
  const list = document.createElement("div");
  const status = document.createElement("p");
  const known = new Map();
  let asking;
  let timer;
  let current = -1;

  list.id = `${field.id}-suggestions`;
  list.className = "suggestions";
  list.role = "listbox";
  list.ariaLabel = "Suggestions";
  list.hidden = true;
  status.className = "visually-hidden";
  status.role = "status";
  form.append(list, status);
  field.autocomplete = "off";
  field.ariaAutoComplete = "list";
  field.setAttribute("aria-controls", list.id);

  const options = () => [...list.querySelectorAll("[role=option]")];

  function choose(number) {
    const all = options();
    all[current]?.setAttribute("aria-selected", "false");
    current = number;
    all[current]?.setAttribute("aria-selected", "true");
    all[current]?.scrollIntoView({ block: "nearest" });
    if (all[current]) field.setAttribute("aria-activedescendant", all[current].id);
    else field.removeAttribute("aria-activedescendant");
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    choose(-1);
    list.hidden = true;
    field.ariaExpanded = "false";
    status.textContent = "";
  }

  function show(html) {
    list.innerHTML = html;
    current = -1;
    field.removeAttribute("aria-activedescendant");
    const number = options().length;
    // Two search fields of a page keep their options apart.
    for (const one of list.querySelectorAll("[id]")) one.id = `${field.id}-${one.id}`;
    for (const group of list.querySelectorAll("[aria-labelledby]")) {
      const title = group.getAttribute("aria-labelledby");
      group.setAttribute("aria-labelledby", `${field.id}-${title}`);
    }
    list.hidden = number === 0;
    field.ariaExpanded = String(number > 0);
    status.textContent = number ? `${number} suggestion${number === 1 ? "" : "s"}` : "No suggestions";
  }

  async function ask(text) {
    asking?.abort();
    asking = new AbortController();
    try {
      if (!known.has(text)) {
        const url = `${form.dataset.suggestions}?${new URLSearchParams({ q: text })}`;
        const answer = await fetch(url, { signal: asking.signal });
        if (!answer.ok) return;
        known.set(text, await answer.text());
      }
      if (document.activeElement === field && field.value.trim() === text) show(known.get(text));
    } catch (error) {
      // Without suggestions the form still searches.
      if (error.name !== "AbortError") close();
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    const text = field.value.trim();
    if (text.length < SHORTEST) close();
    else timer = setTimeout(ask, PAUSE, text);
  });

  field.addEventListener("keydown", (event) => {
    const last = options().length - 1;
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      close();
    } else if (event.key === "Enter" && current >= 0 && !list.hidden) {
      location.assign(options()[current].dataset.url);
    } else if (event.key === "ArrowDown" && list.hidden && field.value.trim().length >= SHORTEST) {
      ask(field.value.trim());
    } else if (event.key === "ArrowDown" && !list.hidden) {
      choose(current === last ? -1 : current + 1);
    } else if (event.key === "ArrowUp" && !list.hidden) {
      choose(current === -1 ? last : current - 1);
    } else {
      return;
    }
    event.preventDefault();
  });

  // The field keeps the focus while the pointer chooses.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  field.addEventListener("blur", close);
  window.addEventListener("pageshow", close);

  // Somebody quick has typed before this script was there.
  if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input"));
}
