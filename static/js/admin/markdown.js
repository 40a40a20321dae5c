/** Show beside a text in Markdown how readers will see it; the server renders it. */
export default function markdown(text) {
  const button = document.createElement("button");
  const shown = document.createElement("div");
  const label = text.labels[0]?.textContent.replace(":", "").trim() ?? "Text";
  button.type = "button";
  button.className = "button markdown-preview__button";
  button.textContent = `Preview: ${label}`;
  shown.className = "markdown-preview";
  shown.hidden = true;
  shown.role = "region";
  shown.ariaLabel = `${label}, as readers will see it`;
  text.after(button, shown);
  text.parentElement.classList.add("markdown-field");

  let last = 0;

  async function show() {
    const turn = ++last;
    const body = new URLSearchParams({
      text: text.value,
      csrfmiddlewaretoken: text.form.elements.csrfmiddlewaretoken.value,
    });
    try {
      const response = await fetch(text.dataset.markdown, { method: "POST", body });
      if (turn !== last) return;
      if (!response.ok || response.redirected) throw new Error(response.status);
      shown.innerHTML = (await response.text()) || "<p>Nothing is written yet.</p>";
    } catch {
      shown.textContent = "The preview did not come. Please check that you are signed in.";
    }
  }

  button.addEventListener("click", () => {
    shown.hidden = !shown.hidden;
    button.ariaExpanded = String(!shown.hidden);
    if (!shown.hidden) show();
  });
  button.ariaExpanded = "false";

  let pause;
  text.addEventListener("input", () => {
    clearTimeout(pause);
    if (!shown.hidden) pause = setTimeout(show, 400);
  });
}
