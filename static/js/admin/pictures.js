/** Take several pictures at once, dropped or chosen, each into a row of its own. */
const KINDS = ["image/jpeg", "image/png", "image/webp"];
const UNTOLD = "Say what the picture shows.";

export default function pictures(fieldset) {
  const form = fieldset.closest("form");
  const box = document.createElement("div");
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.accept = KINDS.join();
  input.id = "several-pictures";
  label.htmlFor = input.id;
  label.textContent = "Add pictures: choose several, or drop them here";
  box.className = "pictures";
  box.append(label, input);
  fieldset.append(box);

  const file = (row) => row.querySelector("input[type=file]");
  const alt = (row) => row.querySelector(".field-alt input");
  const rows = () => [...fieldset.querySelectorAll(".form-row:not(.empty-form)")];

  function show(row) {
    const [picture] = file(row).files;
    if (!picture || !KINDS.includes(picture.type)) return;
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const place = row.querySelector(".field-preview p") ?? row.querySelector(".field-preview");
      const image = document.createElement("img");
      image.src = reader.result;
      image.alt = "";
      image.className = "cover-thumbnail";
      place.replaceChildren(image);
    });
    reader.readAsDataURL(picture);
  }

  function free() {
    const empty = rows().find((row) => !row.classList.contains("has_original") && !file(row).value);
    if (empty) return empty;
    fieldset.querySelector(".add-row a")?.click();
    return rows().find((row) => !row.classList.contains("has_original") && !file(row).value);
  }

  function take(files) {
    let first = null;
    for (const picture of files) {
      const row = free();
      if (!row) break;
      const one = new DataTransfer();
      one.items.add(picture);
      file(row).files = one.files;
      show(row);
      first ??= row;
    }
    if (first) alt(first).focus();
  }

  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = "";
  });
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("pictures--over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("pictures--over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("pictures--over");
    take([...event.dataTransfer.files].filter((picture) => KINDS.includes(picture.type)));
  });
  fieldset.addEventListener("change", (event) => {
    const row = event.target.closest(".form-row");
    if (row && event.target === file(row)) show(row);
  });

  // A page that comes back with errors has lost the chosen files: ask before it is sent.
  form.addEventListener("submit", (event) => {
    let first = null;
    for (const row of rows()) {
      const cell = row.querySelector(".field-alt");
      const isMissing = file(row)?.files.length && alt(row) && !alt(row).value.trim();
      cell?.querySelector(".errorlist--asked")?.remove();
      if (!isMissing) continue;
      const list = document.createElement("ul");
      const item = document.createElement("li");
      list.className = "errorlist errorlist--asked";
      list.id = `${alt(row).id}_error`;
      item.textContent = UNTOLD;
      list.append(item);
      cell.prepend(list);
      alt(row).setAttribute("aria-describedby", list.id);
      alt(row).ariaInvalid = "true";
      first ??= alt(row);
    }
    if (!first) return;
    event.preventDefault();
    first.focus();
  });
}
