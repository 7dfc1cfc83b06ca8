// Sorting of tables, and each figure's table and picture as a file. The page is whole without it.
"use strict";
(() => {
  const save = (name, kind, text) => {
    const link = document.createElement("a");
    link.href = `data:${kind};charset=utf-8,${encodeURIComponent(text)}`;
    link.download = name;
    link.click();
  };
  const raw = (cell) => (cell.dataset.v ?? "").split(" ").filter(Boolean);
  const harmless = (text) =>
    /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  const quoted = (text) => `"${harmless(text).replaceAll('"', '""')}"`;
  const words = (cell) => cell.firstChild?.textContent.trim() ?? "";
  const csv = (table) => {
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
    const wide = rows[0]?.map((_, k) => Math.max(...rows.map((row) => raw(row[k]).length))) ?? [];
    const ends = ["", " p05", " p95"];
    const head = [...table.tHead.rows[0].cells].flatMap((cell, k) =>
      wide[k] > 1 ? ends.map((end) => quoted(cell.textContent.trim() + end)) : [quoted(cell.textContent.trim())]);
    const body = rows.map((row) => row.flatMap((cell, k) => {
      const values = raw(cell);
      if (wide[k] > 1) return ends.map((_, n) => values[n] ?? "");
      return [values.length ? values[0] : quoted(words(cell))];
    }).join(","));
    return [head.join(","), ...body].join("\n") + "\n";
  };
  const svg = (figure) => {
    const picture = figure.querySelector(".ch.wide").cloneNode(true);
    const styles = getComputedStyle(document.documentElement);
    const colour = (text) => text.replace(/var\(--(\w+)\)/g, (_, name) => styles.getPropertyValue(`--${name}`).trim());
    const rules = document.getElementById("chart-style").textContent;
    picture.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    picture.insertAdjacentHTML("afterbegin",
      `<style>${rules}</style>${document.querySelector(".defs").innerHTML}<rect width="100%" height="100%" fill="var(--page)"/>`);
    return colour(new XMLSerializer().serializeToString(picture));
  };
  const button = (tools, name, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = name;
    made.addEventListener("click", act);
    tools.append(made);
  };
  for (const figure of document.querySelectorAll("main figure")) {
    const tools = figure.querySelector(".tools"), name = figure.id.slice(2);
    const table = figure.querySelector("table");
    if (table) button(tools, "CSV", () => save(`${name}.csv`, "text/csv", csv(table)));
    if (figure.querySelector(".ch.wide")) button(tools, "SVG", () => save(`${name}.svg`, "image/svg+xml", svg(figure)));
  }
  for (const table of document.querySelectorAll("main table")) {
    if (table.tBodies[0].rows.length < 3) continue;
    [...table.tHead.rows[0].cells].forEach((head, k) => {
      if (!head.textContent.trim()) return;
      const made = document.createElement("button");
      made.type = "button";
      made.append(...head.childNodes);
      head.append(made);
      made.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const value = (row) => (raw(row.cells[k]).length ? Number(raw(row.cells[k])[0]) : null);
        const rows = [...table.tBodies[0].rows].sort((a, b) => {
          const [x, y] = [value(a), value(b)];
          const order = x !== null && y !== null ? x - y : x !== null ? -1 : y !== null ? 1 : words(a.cells[k]).localeCompare(words(b.cells[k]));
          return up ? order : -order;
        });
        table.tBodies[0].append(...rows);
      });
    });
  }
})();
