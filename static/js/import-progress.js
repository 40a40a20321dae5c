/** Show how far an import has come, every other second, until it ends. */
const EVERY = 2000;
const place = document.getElementById("import-progress");

async function look() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.getElementById("import-progress");
  if (!found) return;
  // What can be done next has changed, and the report is there.
  if (!("live" in found.dataset)) {
    location.reload();
    return;
  }
  place.replaceChildren(...found.childNodes);
  setTimeout(look, EVERY);
}

if (place) setTimeout(look, EVERY);
