/** Move the rows of a table up and down, by buttons or by dragging; numbers do it without script. */
const PLACE = "[data-place]";

export default function places(fieldset) {
  const body = fieldset.querySelector("tbody");
  const told = document.createElement("p");
  told.className = "places__told";
  told.role = "status";
  fieldset.append(told);
  let dragged = null;

  const rows = () => [...body.querySelectorAll(":scope > .form-row:not(.empty-form)")];
  const place = (row) => row.querySelector(PLACE);
  const index = (row) => Number(/-(\d+)-/.exec(place(row)?.name ?? "")?.[1] ?? 1e6);
  const isEmpty = (row) =>
    !row.classList.contains("has_original") &&
    [...row.querySelectorAll("select, input[type=text], input[type=file]")].every(
      (field) => field.matches(".field-role select") || !field.value,
    );

  function name(row) {
    const select = row.querySelector("select");
    const text = row.querySelector("input[type=text]");
    return select?.selectedOptions[0]?.text || text?.value || "The row";
  }

  function put(row, before) {
    const error = row.previousElementSibling;
    body.insertBefore(row, before);
    if (error?.matches(".row-form-errors")) body.insertBefore(error, row);
  }

  function sort(key) {
    const end = rows().at(-1)?.nextElementSibling ?? null;
    rows()
      .map((row, at) => ({ row, at, key: key(row) }))
      .sort((a, b) => a.key - b.key || a.at - b.at)
      .forEach(({ row }) => put(row, end));
  }

  function number() {
    let next = 0;
    for (const row of rows()) if (!isEmpty(row)) place(row).value = next++;
  }

  const byPlace = (row) => (place(row).value === "" ? 1e6 : Number(place(row).value));

  function move(row, by, button) {
    const all = rows();
    const to = all.indexOf(row) + by;
    if (to < 0 || to >= all.length) return;
    put(row, by < 0 ? all[to] : all[to].nextElementSibling);
    number();
    button.focus();
    told.textContent = `${name(row)} is now ${to + 1} of ${all.length}.`;
  }

  function button(row, label, sign, by) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "places__button";
    made.textContent = sign;
    made.addEventListener("click", () => move(row, by, made));
    made.addEventListener("focus", () => (made.ariaLabel = `${label}: ${name(row)}`));
    made.ariaLabel = label;
    return made;
  }

  function enhance(row) {
    if (!place(row) || row.querySelector(".places")) return;
    const box = document.createElement("span");
    const handle = document.createElement("span");
    box.className = "places";
    handle.className = "places__handle";
    handle.ariaHidden = "true";
    handle.title = "Drag to move";
    handle.addEventListener("pointerdown", () => (row.draggable = true));
    handle.addEventListener("pointerup", () => (row.draggable = false));
    box.append(handle, button(row, "Move up", "\u2191", -1), button(row, "Move down", "\u2193", 1));
    place(row).after(box);
  }

  body.addEventListener("dragstart", (event) => {
    if (!event.target.draggable || !event.target.matches?.(".form-row")) return;
    dragged = event.target;
    dragged.classList.add("places__dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  body.addEventListener("dragover", (event) => {
    const over = event.target.closest(".form-row:not(.empty-form)");
    if (!dragged || !over) return;
    event.preventDefault();
    const { top, height } = over.getBoundingClientRect();
    if (over !== dragged)
      put(dragged, event.clientY < top + height / 2 ? over : over.nextElementSibling);
  });
  body.addEventListener("drop", (event) => dragged && event.preventDefault());
  body.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("places__dragged");
    dragged.draggable = false;
    told.textContent = `${name(dragged)} is now ${rows().indexOf(dragged) + 1}.`;
    dragged = null;
    number();
  });

  // Django numbers the names anew when a row is taken out, in the order of the page.
  fieldset.addEventListener(
    "click",
    (event) => event.target.closest(".inline-deletelink") && sort(index),
    true,
  );
  document.addEventListener("formset:removed", () => sort(byPlace));
  document.addEventListener("formset:added", (event) => {
    if (fieldset.contains(event.target)) enhance(event.target);
  });

  rows().forEach(enhance);
  sort(byPlace);
}
