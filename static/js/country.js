/** Show the fields of the chosen country at once; without script a button does it. */
export default function country(select) {
  const button = select.form.querySelector("[data-country=button]");
  button.hidden = true;

  select.addEventListener("change", () => {
    select.form.requestSubmit(button.querySelector("button"));
  });
}
