/** Show the fields of the chosen country at once; without script a button does it. */
export default function country(select) {
  const button = select.form.querySelector("[data-country=button]");
  let isTyping = false;
  let hasChanged = false;
  button.hidden = true;

  function show() {
    select.form.requestSubmit(button.querySelector("button"));
  }

  // Who types a name passes other countries on the way, and is done on leaving the field.
  select.addEventListener("keydown", (event) => {
    isTyping = event.key !== "Enter";
  });
  select.addEventListener("pointerdown", () => {
    isTyping = false;
  });
  select.addEventListener("change", () => {
    hasChanged = true;
    if (!isTyping) show();
  });
  select.addEventListener("blur", () => {
    if (hasChanged) show();
  });

  // Somebody quick has chosen before this script was there.
  if (!select.selectedOptions[0]?.defaultSelected) show();
}
