// @ts-check
/** The left side: lanes, the day, and a row of switch, rate and slider for each measure. */

import { copy } from "./state.js";
import { digits, inWords, t } from "./words.js";

const DAY = 864e5, SNAP = 0.012;
const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} name @param {Object<string, any>} [more] @param {(Node|string)[]} [inside] */
export function el(name, more = {}, inside = []) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(more)) {
    if (key === "class") made.className = value;
    else if (value === true) made.setAttribute(key, "");
    else if (value !== null && value !== false) made.setAttribute(key, String(value));
  }
  made.append(...inside);
  return made;
}

/** @param {number} value */
const short = (value) => digits(String(+value.toFixed(2)));

export class LawSide {
  /** @param {import("./state.js").Page} page @param {any} start @param {{hold: (held: boolean) => void}} asker */
  constructor(page, start, asker) {
    this.page = page;
    this.asker = asker;
    this.own = start.scenario.to;
    this.rows = start.measures;
    /** @type {Object<string, any>} */ this.now = {};
    /** @type {Object<string, any>} */ this.parts = {};
    this.first = this.last = 0;
    /** @type {number[]} */ this.edge = start.lanes_edge;
    this.asof = el("div", { class: "asof" });
    this._date();
    this.build(start);
  }

  /** Show the rows and lanes of a law. @param {any} start */
  build(start) {
    this.rows = start.measures;
    this.now = Object.fromEntries(this.rows.map((/** @type {any} */ r) => [r.id, r]));
    this.first = Date.parse(start.days[0]);
    this.last = Date.parse(start.days[1]);
    this.edge = start.lanes_edge;
    $("lanes").innerHTML = start.lanes;
    $("lanes").append(this.asof);
    const slider = /** @type {HTMLInputElement} */ ($("date"));
    slider.max = String(Math.round((this.last - this.first) / DAY));
    slider.disabled = false;
    this.parts = {};
    const focused = $("rows").contains(document.activeElement) ? document.activeElement?.id : "";
    $("rows").replaceChildren(...this.rows.map((/** @type {any} */ row, /** @type {number} */ k) => this._row(row, k)));
    if (focused) (document.getElementById(focused) ?? $("law")).focus();
  }

  /** @param {string} day */
  number(day) {
    return Math.round((Date.parse(day) - this.first) / DAY);
  }

  get day() {
    return this.page.law.date ?? this.own;
  }

  _date() {
    const slider = /** @type {HTMLInputElement} */ ($("date"));
    const move = (/** @type {boolean} */ done) => {
      const day = new Date(this.first + Number(slider.value) * DAY).toISOString().slice(0, 10);
      const law = { ...copy(this.page.law), date: day === this.own ? null : day, rates: {} };
      this.now = Object.fromEntries(this.rows.map((/** @type {any} */ row) => [row.id, lawOn(row, day)]));
      this.page.change(law, done);
    };
    this._slides(slider, () => move(false), 1, 30);
  }

  /** Wire a slider: held while it moves, one gesture until it rests.
   * @param {HTMLInputElement} slider @param {() => void} moved @param {number} small @param {number} large */
  _slides(slider, moved, small, large) {
    slider.addEventListener("input", () => { this.asker.hold(true); moved(); });
    slider.addEventListener("change", () => { this.asker.hold(false); this.page.commit(); });
    slider.addEventListener("keydown", (event) => {
      const by = { ArrowRight: small, ArrowUp: small, ArrowLeft: -small, ArrowDown: -small, PageUp: large, PageDown: -large }[event.key];
      if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.byKey = true;
      slider.value = String(Number(slider.value) + by);
      this.asker.hold(true);
      moved();
      this.byKey = false;
    });
    slider.addEventListener("keyup", (event) => {
      if (/^(Arrow|Page|Home|End)/.test(event.key)) { this.asker.hold(false); this.page.commit(); }
    });
  }

  /** @param {any} row @param {number} k */
  _row(row, k) {
    const id = `r${k}`;
    const sw = /** @type {HTMLInputElement} */ (el("input", { class: "sw", type: "checkbox", role: "switch", id: `${id}s`, "aria-label": t("in_force_label", { goods: row.name }), disabled: !row.priced }));
    const small = el("small");
    const name = el("label", { class: "nm", for: row.slides ? id : `${id}s`, title: row.title }, [el("span", { class: "no" }, [String(k + 1)]), row.short]);
    const rate = /** @type {HTMLInputElement} */ (el("input", { class: "rate", id: `${id}v`, inputmode: "decimal", autocomplete: "off", "aria-label": t("rate_percent_label", { goods: row.name }), disabled: !row.priced || !row.slides }));
    const unit = el("span", { class: "unit", "aria-hidden": "true" }, ["\u200a%"]);
    const head = el("div", { class: "hd" }, [sw, name, el("span", {}, [rate, unit]), small]);
    const made = el("div", { class: "row" }, [head]);
    if (!row.priced) made.append(el("p", { class: "why" }, [t("not_priced", { why: row.why_not })]));
    const slider = /** @type {HTMLInputElement} */ (el("input", { type: "range", id, min: 0, max: row.max, step: 0.1, "aria-label": t("rate_label", { goods: row.name }), disabled: !row.priced }));
    const ticks = el("div", { class: "ticks", "aria-hidden": "true" });
    if (row.slides && row.priced) made.append(slider, ticks);
    const mine = el("p", { class: "mine" });
    if (row.own !== null) {
      const back = el("button", { class: "lk", type: "button", "aria-label": `${row.name}: ${t("remove")}` }, [t("remove")]);
      back.addEventListener("click", () => { this.page.change(this.page.without(row), true); $("add").focus(); });
      mine.append(el("span", { class: "mut" }, [`${t("own")} · `]), back);
      made.append(mine);
    }
    this.parts[row.id] = { made, mine, sw, small, rate, unit, slider, ticks, row };
    sw.addEventListener("change", () => this.page.change(this._switched(row, sw.checked), true));
    this._slides(slider, () => this._slid(row, slider), 1, 10);
    rate.addEventListener("change", () => this._typed(row, rate));
    rate.addEventListener("keydown", (event) => { if (event.key === "Enter") rate.blur(); });
    return made;
  }

  /** What a row is now: its rate, and whether it is in force. @param {any} row */
  value(row) {
    const edit = this.page.asked.rates[row.id], here = this.now[row.id];
    if (edit === "off") return { on: false, rate: 0 };
    if (edit === "on") return { on: true, rate: here.last ?? null };
    if (edit !== undefined) return { on: true, rate: Number(edit) };
    return { on: here.in_force, rate: here.in_force ? here.rate : 0 };
  }

  /** @param {any} row @param {boolean} on */
  _switched(row, on) {
    const here = this.now[row.id];
    if (!on) return this.page.edited(row.id, here.in_force ? "off" : null);
    if (here.in_force) return this.page.edited(row.id, null);
    return this.page.edited(row.id, row.slides && here.last !== null ? here.last : "on");
  }

  /** @param {any} row @param {HTMLInputElement} slider */
  _slid(row, slider) {
    let value = Number(slider.value);
    if (!this.byKey) {
      const near = [0, ...row.rates].find((/** @type {number} */ r) => Math.abs(r - value) <= SNAP * row.max);
      value = near ?? Math.round(value);
    }
    this.page.change(this._rated(row, value), false);
  }

  /** @param {any} row @param {number} value */
  _rated(row, value) {
    const here = this.now[row.id];
    if (here.in_force && value === here.rate) return this.page.edited(row.id, null);
    if (!here.in_force && value === 0) return this.page.edited(row.id, null);
    return this.page.edited(row.id, value);
  }

  /** @param {any} row @param {HTMLInputElement} rate */
  _typed(row, rate) {
    const value = Number(rate.value.replace(",", ".").replace("%", "").trim());
    if (rate.value.trim() === "" || !Number.isFinite(value) || value < 0 || value > 10000) { this.paint(); return; }
    this.page.change(this._rated(row, value), true);
  }

  /** @param {Object<string, any>|null} [now] the law of the day, by row */
  paint(now = null) {
    if (now) this.now = now;
    const { law } = this.page, edited = Object.keys(law.rates).length + law.own.length > 0;
    const slider = /** @type {HTMLInputElement} */ ($("date"));
    const at = this.number(this.day);
    if (Number(slider.value) !== at) slider.value = String(at);
    const name = t(edited ? "edited_law_of" : "law_of", { day: inWords(this.day) });
    $("day").textContent = name;
    slider.setAttribute("aria-valuetext", name);
    $("lanes").classList.toggle("edited", edited);
    const part = at / Number(slider.max);
    this.asof.style.left = `${100 * (this.edge[0] + (this.edge[1] - this.edge[0]) * part)}%`;
    for (const { made, mine, sw, small, rate, unit, slider: own, ticks, row } of Object.values(this.parts)) {
      const { on, rate: is } = this.value(row), here = this.now[row.id];
      const shown = is === null ? "" : short(is);
      sw.checked = on;
      mine.hidden = !this.page.has(row);
      made.classList.toggle("changed", law.rates[row.id] !== undefined);
      if (document.activeElement !== rate) rate.value = row.slides ? shown : on ? (row.ban ? t("ban") : shown || t("is_on")) : t("is_off");
      unit.hidden = !row.slides;
      if (Number(own.value) !== is) own.value = String(is ?? 0);
      own.setAttribute("aria-valuetext", t("per_cent", { n: shown }));
      const inForce = here.in_force ? `${here.rate === null ? "" : `${short(here.rate)}\u00a0% `}${t("since", { day: inWords(here.since) }).replaceAll(" ", "\u00a0")}` : t("not_in_force");
      const bound = row.slides && is !== null && is >= row.max && row.max >= 200 ? `; ${t("bound", { n: row.max })}` : "";
      small.textContent = `${t("on", { A: row.by_name, B: row.on_name })} · ${inForce}${bound}`;
      ticks.replaceChildren(...marks(row, here).map(([at, words, own]) => {
        const tick = el("span", { class: own ? "here" : null }, [words]);
        tick.style.left = `${at}%`;
        return tick;
      }));
    }
  }
}

/** The law of a row on a day, by its steps: shown at once, until the answer brings the ledger's own.
 * @param {any} row @param {string} day */
function lawOn(row, day) {
  const came = row.steps.filter((/** @type {any} */ s) => s.from !== null && s.from <= day), step = came.at(-1);
  const there = step !== undefined && step.state === "in force" && (step.expires === null || day <= step.expires);
  const last = came.filter((/** @type {any} */ s) => s.state === "in force").at(-1) ?? row.steps.find((/** @type {any} */ s) => s.state === "in force");
  return { rate: there ? step.rate : null, in_force: there, since: there ? step.from : null, last: last?.rate ?? null };
}

/** Ticks of a slider: nought, the ledger's rates, and underlined the one in force.
 * @param {any} row @param {any} here @returns {[number, string, boolean][]} */
function marks(row, here) {
  const own = here.in_force ? here.rate : here.last;
  const all = [own, 0, ...row.rates, row.max].filter((v) => v !== null && v <= row.max);
  /** @type {[number, string, boolean][]} */ const found = [];
  for (const v of all) {
    const at = 100 * v / row.max;
    if (found.every(([other]) => Math.abs(other - at) > 11)) found.push([at, short(v), v === own && here.in_force]);
  }
  return found;
}
