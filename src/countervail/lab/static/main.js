// @ts-check
/** The page: it opens, wires what can be operated, and says in which state it is. */

import { Asker, get, post } from "./ask.js";
import { AddForm, joinedWords } from "./add.js";
import { LawSide, el } from "./law.js";
import { Searching } from "./search.js";
import { Shown } from "./show.js";
import { Page, copy, rowsOf } from "./state.js";
import { inWords, list, speak, t } from "./words.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const page = new Page(), shown = new Shown(page), root = $("lab");
const LONGEST = 1500;
const searching = new Searching({ report: () => report(), save: (name, text, kind) => save(name, text, kind), sentence: (said) => sentence(said) });
let keysOn = true;
/** @type {AddForm} */ let adding;
/** @type {LawSide} */ let law;
/** @type {any} */ let start;

const width = () => Math.max(240, Math.round($("f-who").clientWidth || 340));
const asker = new Asker(page, {
  width,
  busy: () => pill(t("solving"), true),
  late: () => root.classList.add("stale"),
  answer: (/** @type {any} */ found, /** @type {any} */ at) => {
    root.classList.remove("stale");
    if (at.newest) note("");
    shown.show(found);
    if (at.newest) law.paint(found.measures);
    searching.shows(found.key);
    shown.foot(inWords(start.scenario.from));
    requestAnimationFrame(() => {
      document.body.dataset.painted = String(found.n);
      document.body.dataset.ms = String(Math.round(at.took + at.draw()));
      pill(t("painted", { n: Math.round(at.took + at.draw()) }), false);
    });
  },
  ranges: (/** @type {any} */ came, /** @type {string} */ why) => {
    if (came === null) { shown.show({ ...shown.answer, failed: why }, true); return; }
    if (came.drawing) { pill(t(came.beside ? "drawing_a" : "drawing", { n: came.of }), false); return; }
    shown.show(came, true);
    pill(came.done ? t("all_drawn", { n: came.draws }) : t("drawn", { k: came.made, n: came.of }), false);
  },
  desk: (/** @type {any} */ found) => { shown.desk(found, tried); searching.doors(found.doors, found.state); },
  refused: (/** @type {any} */ error) => {
    root.classList.add("stale");
    pill(t("no_answer"), true);
    const undo = el("button", { class: "lk", type: "button" }, [t("undo_change")]);
    undo.addEventListener("click", () => page.undo());
    note([el("b", {}, [t("no_answer_for"), " "]), said(error), t("refused", { why: "" }), " ", undo]);
  },
  lost: (/** @type {string} */ why) => {
    root.classList.add("stale");
    pill(t("not_connected"), true);
    note(why ? [el("b", {}, [t("again"), " "]), why] : [el("b", {}, [t("stopped"), " "]), t("stopped_says"), " ", el("code", {}, ["countervail lab"]), "."]);
  },
  back: () => { root.classList.remove("stale"); note(""); },
});

/** What an error says, in which language where it is not the page's. @param {any} error */
const said = (error) => el("span", { lang: error.lang ?? null }, [sentence(error.message)]);

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
  page.change(copy(state), true);
}

/** Show the law: its rows too, where they are others. */
function paintLaw() {
  if (rowsOf(page.asked) === built) law.paint();
  else rebuild().catch((error) => note([said(error)], 8000));
}

/** Show the rows of another law: with measures of one's own, or without them again. */
async function rebuild() {
  const wanted = rowsOf(page.asked);
  const found = sides.get(wanted) ?? await post("/api/rows", { state: page.asked });
  if (rowsOf(page.asked) !== wanted) return;
  shows(found);
  law.paint();
}

/** @param {any} found */
function shows(found) {
  sides.set(rowsOf(found.state), found);
  page.know(found);
  law.build(found);
  built = rowsOf(found.state);
}
/** @type {Map<string, any>} */ const sides = new Map();
let built = "", reads = 0;

page.onchange = (/** @type {boolean} */ committed) => {
  paintLaw();
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
  if (view === "against" && page.isA) note(t("this_is_a"), 5000);
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
  a: () => { page.a = copy(page.law); history.replaceState(null, "", page.address); paintLaw(); asker.ask(); note(t("kept"), 4000); },
  x: () => { const was = { ...copy(page.a), horizon: page.law.horizon, closure: page.law.closure, elasticities: page.law.elasticities }; page.a = copy(page.law); page.change(was, true); },
  r: () => page.change({ ...copy(page.law), date: null, rates: {}, own: [] }, true),
  n: () => adding.open(law.day, start.shown.map((/** @type {string} */ code) => shown.names[code] ?? code)),
  m: () => look("map"),
  d: () => look("against"),
  t: () => look("table"),
  l: async () => {
    try {
      const whole = page.address.length <= LONGEST && (start.scenario.preset || page.law.file !== null);
      await navigator.clipboard?.writeText(whole ? location.href : await asFile());
      note(t(whole ? "copied" : "copied_file"), 6000);
    } catch (error) {
      note([said(error)], 8000);
    }
  },
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

/** Open the code of a law, and the way to its report. @param {any} state @param {string} [says] */
function showLaw(state, says = "") {
  coded = state;
  $("law-says").textContent = says;
  open("d-code");
  showCode(says ? "command" : "python");
}
/** @type {any} */ let coded = null;

/** The link that carries the law of the page as a file: any lab opens it. */
async function asFile() {
  const { text } = await post("/api/code", { state: page.law, as: "toml" }), { word } = await post("/api/carry", { text });
  const { horizon, closure, elasticities } = page.law;
  const more = [["h", horizon === "1" ? "" : horizon], ["x", closure === "world_share" ? "" : closure], ["e", elasticities ?? ""], ["c", page.focus]];
  return `${location.origin}/#f=${word}${more.filter(([, v]) => v).map(([k, v]) => `&${k}=${encodeURIComponent(v)}`).join("")}`;
}

/** Take a scenario file's text into the address: the page asks its question. @param {string} text */
async function carried(text) {
  const { word } = await post("/api/carry", { text });
  const horizon = page.law.horizon === "1" ? "" : `&h=${page.law.horizon}`;
  history.pushState(null, "", `#f=${word}${horizon}`);
  await read(location.hash);
}

async function showCode(/** @type {string} */ form) {
  for (const b of document.querySelectorAll("[data-form]")) b.setAttribute("aria-pressed", String(b.getAttribute("data-form") === form));
  $("source").dataset.form = form;
  try {
    $("source").textContent = (await post("/api/code", { state: coded ?? page.law, as: form })).text;
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

/** @param {any} [state] */
async function report(state = page.law) {
  pill(t("writing"), true);
  try {
    const response = await fetch("/api/report", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ state }) });
    if (!response.ok) { const said = await response.json(); throw new Error(said.refused ?? said.error?.says ?? t("no_report")); }
    save(`${page.scenario}.html`, await response.text(), "text/html");
    pill(t("saved"), false);
  } catch (error) {
    note([said(error)], 8000);
    pill(t("no_report"), true);
  }
}

function wire() {
  for (const [id, what] of Object.entries({ undo: act.z, redo: act.y, keep: act.a, swap: act.x, link: act.l, reset: act.r, help: act["?"], report: () => report(), add: act.n }))
    $(id).addEventListener("click", what);
  $("code").addEventListener("click", () => showLaw(page.law));
  // the address is the law: a stop within the page does not take its place
  $("skip").addEventListener("click", (event) => { event.preventDefault(); $("law").focus(); });
  $("codereport").addEventListener("click", () => { /** @type {HTMLDialogElement} */ ($("d-code")).close(); report(coded ?? page.law); });
  shown.whole = showLaw;
  searching.wire();
  $("open").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", async () => {
    const picked = /** @type {HTMLInputElement} */ ($("file")), file = picked.files?.[0];
    picked.value = "";
    if (file) await carried(await file.text()).catch((error) => note([said(error)], 12000));
  });
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
  addEventListener("popstate", () => read(location.hash).catch((error) => note([said(error)], 8000)));
  $("keys").replaceChildren(...list("keys_list").flatMap(([key, does]) => [el("dt", {}, [el("kbd", {}, [key])]), el("dd", {}, [does])]));
}

/** Take law, A and look from an address. @param {string} fragment */
async function read(fragment) {
  const turn = ++reads, found = await get(`/api/start?state=${encodeURIComponent(fragment.replace(/^#/, ""))}`);
  if (turn !== reads) return; // another address was asked for since
  if (found.state.file !== page.law.file) { page.done = []; page.undone = []; }
  asks(found);
  page.look(fragment);
  shows(found);
  law.paint();
  buttons();
  unknown();
  asker.ask();
}

/** Take up the question of a start: its law, its first law, A. @param {any} found */
function asks(found) {
  page.before = null;
  start = found;
  page.scenario = found.scenario.name;
  page.law = found.state;
  page.first = { ...copy(found.state), date: null, rates: {}, own: [] };
  page.a = found.a ?? copy(page.first);
  if (law) law.own = found.scenario.to;
  $("story").textContent = found.scenario.title;
  $("story").lang = found.scenario.lang ?? document.documentElement.lang;
  $("story").title = found.scenario.title;
  document.title = `${t("title", { title: found.scenario.title })} · Countervail`;
}

function unknown() {
  if (start.unknown.length) note(t("unknown", { parts: start.unknown.join("; ") }), 12000);
}

function choices() {
  $("closure").replaceChildren(...start.closures.map((/** @type {any} */ c) => el("option", { value: c.id, selected: c.id === page.law.closure }, [c.says])));
  $("elasticities").replaceChildren(...[{ id: "", says: t("own_elasticities") }, ...start.elasticities].map((/** @type {any} */ c) => el("option", { value: c.id, selected: c.id === (page.law.elasticities ?? "") }, [c.says])));
  const v = start.versions;
  $("versions").textContent = t("versions", { version: v.countervail, world: v.world, world_hash: v.world_hash.slice(0, 12), ledger_hash: v.ledger_hash.slice(0, 12) });
}

async function begin() {
  root.classList.add("opening");
  const map = get(`/map.json?v=${document.body.dataset.map}`);
  start = await get(`/api/start?state=${encodeURIComponent(location.hash.slice(1))}`);
  speak(start.words);
  asks(start);
  page.look(location.hash);
  page.focus ||= start.shown[0] ?? start.countries[0].code;
  $("horizons").replaceChildren(...start.horizons.map((/** @type {any} */ h) => el("button", { type: "button", "data-horizon": h.id }, [h.says])));
  law = new LawSide(page, start, asker);
  shows(start);
  adding = new AddForm(page, start, (found) => { shows(found); page.change(found.state, true); note(joinedWords(found), 5000); });
  shown.build(start, await map);
  wire();
  choices();
  law.paint();
  buttons();
  root.classList.remove("opening");
  unknown();
  asker.ask();
}

begin().catch((error) => {
  if (error instanceof TypeError) { pill(document.body.dataset.lost ?? "", true); setTimeout(() => location.reload(), 2000); return; }
  $("headline").textContent = document.body.dataset.cannot ?? "";
  pill("", true);
  note([said(error)]);
});
