/** Keep the total of "Frequently Bought Together" true to the ticked books. */
export default function together(form) {
  const boxes = [...form.querySelectorAll("[data-price]")];
  const total = form.querySelector("[data-together=total]");
  const label = form.querySelector("[data-together=label]");
  const button = form.querySelector("button");
  const money = new Intl.NumberFormat(document.documentElement.lang, {
    style: "currency",
    currency: total.dataset.currency,
  });

  function update() {
    const ticked = boxes.filter((box) => box.checked);
    const cents = ticked.reduce((sum, box) => sum + Math.round(box.dataset.price * 100), 0);
    total.textContent = money.format(cents / 100);
    label.textContent = `Total of ${ticked.length} book${ticked.length === 1 ? "" : "s"}`;
    button.disabled = ticked.length === 0;
  }

  form.addEventListener("change", update);
  // The back button restores the ticks after the page has loaded.
  window.addEventListener("pageshow", update);
}
