// Finds types, properties, channels and enums by any part of their names or words; works from a file as well.
(() => {
  "use strict";
  const MOST = 30;
  const root = document.currentScript.dataset.root;
  const box = document.querySelector(".search");
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  const count = document.getElementById("found-count");
  if (!window.CATALOGUE || !box) return;

  const entries = window.CATALOGUE.map(([kind, name, address, more]) => ({
    kind, name, address, more,
    key: name.toLowerCase(),
    last: name.toLowerCase().split(".").pop(),
    text: `${name} ${more} ${kind}`.toLowerCase(),
  }));

  // The smaller the better; null where a word is missing.
  const rank = (entry, asked, words) => {
    if (!words.every((word) => entry.text.includes(word))) return null;
    if (entry.key === asked) return 0;
    if (entry.last === asked) return 1;
    if (entry.key.startsWith(asked)) return 2;
    if (entry.last.startsWith(asked)) return 3;
    return entry.key.includes(asked) ? 4 : 5;
  };

  const row = (entry) => {
    const link = document.createElement("a");
    link.href = root + entry.address;
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = entry.name;
    const what = document.createElement("span");
    what.className = "what";
    what.textContent = ` ${entry.kind}${entry.more ? ` · ${entry.more}` : ""}`;
    link.append(name, what);
    const item = document.createElement("li");
    item.append(link);
    return item;
  };

  const find = () => {
    const asked = input.value.trim().toLowerCase();
    const words = asked.split(/\s+/).filter(Boolean);
    const hits = !words.length ? [] : entries
      .map((entry) => [rank(entry, asked, words), entry])
      .filter(([place]) => place !== null)
      .sort((a, b) => a[0] - b[0] || a[1].key.length - b[1].key.length || (a[1].key < b[1].key ? -1 : 1));
    list.replaceChildren(...hits.slice(0, MOST).map(([, entry]) => row(entry)));
    list.hidden = !hits.length;
    const shown = hits.length > MOST ? `, the first ${MOST} below` : "";
    count.textContent = !words.length ? "" : hits.length ? `${hits.length} found${shown}` : "Nothing found";
  };

  const links = () => [...list.querySelectorAll("a")];
  const move = (event, step) => {
    const all = links();
    if (!all.length) return;
    event.preventDefault();
    const at = all.indexOf(document.activeElement) + step;
    if (at < 0) input.focus();
    else all[Math.min(at, all.length - 1)].focus();
  };

  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(event, 1);
    else if (event.key === "ArrowUp") move(event, -1);
    else if (event.key === "Enter" && document.activeElement === input && links().length) links()[0].click();
    else if (event.key === "Escape") {
      input.value = "";
      find();
      input.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!box.contains(event.target)) list.hidden = true;
  });
  input.addEventListener("focus", () => { list.hidden = !links().length; });
  input.addEventListener("input", find);
  box.hidden = false;
})();
