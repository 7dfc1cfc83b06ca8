// @ts-check
/** The page: it opens, wires what can be operated, and says in which state it is. */

import { Asker, get, post } from "./ask.js";
import { LawSide, el, inWords } from "./law.js";
import { Shown } from "./show.js";
import { Page, copy, keyOf } from "./state.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const page = new Page(), shown = new Shown(page), root = $("lab");
let keysOn = true;
/** @type {LawSide} */ let law;
/** @type {any} */ let start;

const width = () => Math.max(240, Math.round($("f-who").clientWidth || 340));
const asker = new Asker(page, {
  width,
  busy: () => pill("Solving…", true),
  late: () => root.classList.add("stale"),
  answer: (/** @type {any} */ found, /** @type {any} */ at) => {
    root.classList.remove("stale");
    if (at.newest) note("");
    shown.show(found);
    if (at.newest) law.paint(found.measures);
    shown.foot(inWords(start.scenario.from));
    requestAnimationFrame(() => {
      document.body.dataset.painted = String(found.n);
      document.body.dataset.ms = String(Math.round(at.took + at.draw()));
      pill(`✓ Certified · painted in ${Math.round(at.took + at.draw())} ms`, false);
    });
  },
  ranges: (/** @type {any} */ came, /** @type {string} */ why) => {
    if (came === null) { shown.show({ ...shown.answer, failed: why }, true); return; }
    if (came.drawing) { pill(`✓ Certified; range being drawn (${came.beside ? "A, " : ""}to ${came.of})`, false); return; }
    shown.show(came, true);
    pill(came.done ? `✓ Certified · ${came.draws} draws` : `✓ Certified; range being drawn (${came.made} of ${came.of})`, false);
  },
  desk: (/** @type {any} */ found) => shown.desk(found, tried),
  refused: (/** @type {string} */ why) => {
    root.classList.add("stale");
    pill("No answer", true);
    const undo = el("button", { class: "lk", type: "button" }, ["Undo the change"]);
    undo.addEventListener("click", () => page.undo());
    note([el("b", {}, ["No certified answer for this law. "]), `${sentence(why)} What you see is the last law that had an answer. `, undo]);
  },
  lost: (/** @type {string} */ why) => {
    root.classList.add("stale");
    pill("Not connected", true);
    note(why ? [el("b", {}, ["Starting again. "]), why] : [el("b", {}, ["The lab has stopped. "]), "What you see is its last answer; your law is safe in the address of this page. Start ", el("code", {}, ["countervail lab"]), " again: the page takes up by itself."]);
  },
  back: () => { root.classList.remove("stale"); note(""); },
});

/** @param {string} said */
const sentence = (said) => `${said.charAt(0).toUpperCase()}${said.slice(1)}${/[.!?]$/.test(said) ? "" : "."}`;

/** @param {string} said @param {boolean} busy */
function pill(said, busy) {
  $("pill").textContent = said;
  $("pill").classList.toggle("busy", busy);
}

/** @param {string|(Node|string)[]} said @param {number} [until] milliseconds */
function note(said, until = 0) {
  const place = $("note");
  clearTimeout(noteTimer);
  place.hidden = said.length === 0;
  place.classList.toggle("warn", until === 0);
  place.replaceChildren(...(typeof said === "string" ? [said] : said));
  if (until) noteTimer = setTimeout(() => { place.hidden = true; }, until);
}
/** @type {any} */ let noteTimer;

/** @param {any} state */
function tried(state) {
  page.change({ ...state, rates: { ...state.rates } }, true);
}

page.onchange = (committed) => {
  law.paint();
  buttons();
  if (committed) history.pushState(null, "", page.address);
  else history.replaceState(null, "", page.address);
  $("desk").classList.add("deskold");
  asker.ask();
};

function buttons() {
  /** @type {HTMLButtonElement} */ ($("undo")).disabled = page.done.length === 0;
  /** @type {HTMLButtonElement} */ ($("redo")).disabled = page.undone.length === 0;
  for (const b of document.querySelectorAll("[data-view]")) b.setAttribute("aria-pressed", String(b.getAttribute("data-view") === page.view));
  for (const b of document.querySelectorAll("[data-horizon]")) b.setAttribute("aria-pressed", String(b.getAttribute("data-horizon") === page.law.horizon));
  const table = page.view === "table";
  $("map").hidden = table;
  $("mapfoot").hidden = table;
  $("table").hidden = !table;
}

/** @param {string} view */
function look(view) {
  page.view = view;
  buttons();
  history.replaceState(null, "", page.address);
  if (view === "table") shown.table();
  else shown.map();
  if (view === "against" && page.isA) note("This law is A. Move it, or keep another law as A, and the map shows the difference.", 5000);
}

/** @param {string} code */
function pick(code) {
  if (!code || code === page.focus) return;
  page.focus = code;
  history.replaceState(null, "", page.address);
  asker.ask();
}

const act = {
  z: () => page.undo(),
  y: () => page.redo(),
  a: () => { page.a = copy(page.law); history.replaceState(null, "", page.address); asker.ask(); note("Kept as A: what you do now is told against it.", 4000); },
  x: () => { const was = page.beside; page.a = copy(page.law); page.change(was, true); },
  r: () => page.change({ ...copy(page.law), date: null, rates: {} }, true),
  m: () => look("map"),
  d: () => look("against"),
  t: () => look("table"),
  l: async () => { await navigator.clipboard?.writeText(location.href); note("Link copied: it holds this law, A, the view and the country.", 4000); },
  g: () => { $("desk-start").focus(); $("desk-start").scrollIntoView({ block: "center" }); },
  "/": () => open("d-find"),
  "?": () => open("d-help"),
};

/** @param {string} id */
function open(id) {
  /** @type {HTMLDialogElement} */ ($(id)).showModal();
}

/** @param {KeyboardEvent} event */
function keyed(event) {
  const target = /** @type {HTMLElement} */ (event.target), key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const typing = target.matches("textarea, select, input:not([type=range]):not([type=checkbox])");
  if ((event.ctrlKey || event.metaKey) && !typing && (key === "z" || key === "y")) {
    event.preventDefault();
    (key === "y" || event.shiftKey ? act.y : act.z)();
    return;
  }
  if (!keysOn || event.ctrlKey || event.metaKey || event.altKey || typing || document.querySelector("dialog[open]")) return;
  if (/^[1-9]$/.test(key)) {
    const row = document.getElementById(`r${Number(key) - 1}`) ?? document.getElementById(`r${Number(key) - 1}s`);
    if (row) { row.focus(); event.preventDefault(); }
  } else if (Object.hasOwn(act, key)) {
    event.preventDefault();
    act[/** @type {keyof typeof act} */ (key)]();
  }
}

async function showCode(/** @type {string} */ form) {
  for (const b of document.querySelectorAll("[data-form]")) b.setAttribute("aria-pressed", String(b.getAttribute("data-form") === form));
  $("source").dataset.form = form;
  try {
    $("source").textContent = (await post("/api/code", { state: page.law, as: form })).text;
  } catch (error) {
    $("source").textContent = /** @type {Error} */ (error).message;
  }
}

/** @param {string} name @param {string} text @param {string} kind */
function save(name, text, kind) {
  const link = el("a", { href: URL.createObjectURL(new Blob([text], { type: kind })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(/** @type {HTMLAnchorElement} */ (link).href), 1000);
}

async function report() {
  pill("Writing the report…", true);
  try {
    const response = await fetch("/api/report", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ state: page.law }) });
    if (!response.ok) throw new Error((await response.json()).error?.says ?? "no report");
    save(`${page.scenario}.html`, await response.text(), "text/html");
    pill("Report saved", false);
  } catch (error) {
    note(/** @type {Error} */ (error).message, 8000);
    pill("No report", true);
  }
}

function wire() {
  for (const [id, what] of Object.entries({ undo: act.z, redo: act.y, keep: act.a, swap: act.x, link: act.l, reset: act.r, help: act["?"], report }))
    $(id).addEventListener("click", what);
  $("code").addEventListener("click", () => { open("d-code"); showCode("python"); });
  $("assume").addEventListener("click", () => open("d-assume"));
  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.matches("[data-close]")) target.closest("dialog")?.close();
    if (target.matches("[data-view]")) look(String(target.dataset.view));
    if (target.matches("[data-horizon]")) page.change({ ...copy(page.law), horizon: String(target.dataset.horizon) }, true);
    if (target.matches("[data-form]")) showCode(String(target.dataset.form));
    if (target.matches("[data-for]")) { page.forWhom = String(target.dataset.for); history.replaceState(null, "", page.address); if (shown.moves) shown.desk(shown.moves, tried); /** @type {HTMLElement|null} */ (document.querySelector(`[data-for="${page.forWhom}"]`))?.focus(); }
    const country = target.closest(".map [data-c], #f-who [data-k]");
    if (country) pick(country.getAttribute("data-c") ?? country.getAttribute("data-k") ?? "");
  });
  $("copycode").addEventListener("click", () => navigator.clipboard?.writeText($("source").textContent ?? ""));
  $("savecode").addEventListener("click", () => save({ python: "law.py", toml: "law.toml", command: "law.sh" }[$("source").dataset.form ?? "toml"] ?? "law.txt", $("source").textContent ?? "", "text/plain"));
  $("d-find").addEventListener("close", () => {
    const said = /** @type {HTMLInputElement} */ ($("find")).value.trim().toLowerCase();
    const found = start.countries.find((/** @type {any} */ c) => [c.name, c.long, c.code].some((w) => w.toLowerCase() === said)) ?? start.countries.find((/** @type {any} */ c) => said && c.name.toLowerCase().startsWith(said));
    if (found) pick(found.code);
  });
  /** @type {HTMLInputElement} */ ($("keyson")).addEventListener("change", (event) => { keysOn = /** @type {HTMLInputElement} */ (event.target).checked; });
  for (const id of ["closure", "elasticities"])
    $(id).addEventListener("change", (event) => page.change({ ...copy(page.law), [id]: /** @type {HTMLSelectElement} */ (event.target).value || null }, true));
  addEventListener("keydown", keyed);
  addEventListener("popstate", () => read(location.hash));
  $("keys").replaceChildren(...[["Tab, arrows", "to a slider; by 1, Page Up and Down by 10, Home and End: its ends"], ["1 … 9", "go to a measure"], ["Space", "switch it"], ["Z, Y", "undo, redo"], ["A, X", "keep as A, swap"], ["M, D, T", "map, against A, table"], ["R", "as in the ledger"], ["G", "to the desk"], ["L", "copy link"], ["/", "find a country"], ["?", "this list"]].flatMap(([key, does]) => [el("dt", {}, [el("kbd", {}, [key])]), el("dd", {}, [does])]));
}

/** Take law, A and look from an address. @param {string} fragment */
async function read(fragment) {
  const found = await get(`/api/start?state=${encodeURIComponent(fragment.replace(/^#/, ""))}`);
  page.law = found.state;
  page.a = found.a ?? copy(page.first);
  page.look(fragment);
  law.paint(Object.fromEntries(found.measures.map((/** @type {any} */ m) => [m.id, m])));
  buttons();
  asker.ask();
}

function choices() {
  $("closure").replaceChildren(...start.closures.map((/** @type {any} */ c) => el("option", { value: c.id, selected: c.id === page.law.closure }, [c.says])));
  $("elasticities").replaceChildren(...[{ id: "", says: "the world’s own" }, ...start.elasticities].map((/** @type {any} */ c) => el("option", { value: c.id, selected: c.id === (page.law.elasticities ?? "") }, [c.says])));
  const v = start.versions;
  $("versions").textContent = `countervail ${v.countervail}; world ${v.world} (${v.world_hash.slice(0, 12)}); ledger ${v.ledger_hash.slice(0, 12)}.`;
}

async function begin() {
  root.classList.add("opening");
  const map = get(`/map.json?v=${document.body.dataset.map}`);
  start = await get(`/api/start?state=${encodeURIComponent(location.hash.slice(1))}`);
  page.scenario = start.scenario.name;
  page.law = start.state;
  page.first = { ...start.state, date: null, rates: {} };
  page.a = start.a ?? copy(page.first);
  page.look(location.hash);
  page.focus ||= start.shown[0] ?? start.countries[0].code;
  $("story").textContent = start.scenario.title;
  $("story").title = start.scenario.title;
  document.title = `Lab: ${start.scenario.title} · Countervail`;
  $("horizons").replaceChildren(...start.horizons.map((/** @type {any} */ h) => el("button", { type: "button", "data-horizon": h.id }, [h.says])));
  law = new LawSide(page, start, asker);
  shown.build(start, await map);
  wire();
  choices();
  law.paint();
  buttons();
  root.classList.remove("opening");
  if (start.unknown.length) note(`Not understood in the address, and left out: ${start.unknown.join(", ")}.`, 8000);
  asker.ask();
}

begin().catch((error) => {
  if (error instanceof TypeError) { pill("Not connected", true); setTimeout(() => location.reload(), 2000); return; }
  $("headline").textContent = "The lab cannot open this";
  pill("No answer", true);
  note([sentence(error.message)]);
});
void keyOf;
