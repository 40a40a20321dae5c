import markdown from "./markdown.js";

for (const text of document.querySelectorAll("[data-markdown]")) markdown(text);
