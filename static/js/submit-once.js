/** Keep a second click from posting the same form twice. */
export default function submitOnce(button) {
  button.form.addEventListener("submit", (event) => {
    if (button.ariaBusy === "true") event.preventDefault();
    button.ariaBusy = "true";
  });

  // The back button may restore the page as it was left.
  window.addEventListener("pageshow", () => {
    button.ariaBusy = null;
  });
}
