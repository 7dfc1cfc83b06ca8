// @ts-check
/** What an answer looks like on the page: headline, map, fragments of charts, table, desk. */

import { el } from "./law.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const SVG = "http://www.w3.org/2000/svg";
const MOVES = 90, SAID = 500;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const MOST_MOVES = 6;

/** A sentence with its ranges set apart. @param {HTMLElement} place @param {string} said */
function ranged(place, said) {
  place.replaceChildren(...said.split(/(\([^()]*\d[^()]* to [^()]*\)|\(no range\)|\(range: being drawn\))/).filter(Boolean).map((part) =>
    /^\(.* to |^\(no range|^\(range: /.test(part) ? el("span", { class: "rg" }, [part]) : part));
}

export class Shown {
  /** @param {import("./state.js").Page} page */
  constructor(page) {
    this.page = page;
    /** @type {any} */ this.answer = null;
    /** @type {Map<string, SVGElement>} */ this.shapes = new Map();
    /** @type {any} */ this.moves = null;
  }

  /** @param {any} start @param {any} map */
  build(start, map) {
    const svg = $("mapsvg"), inside = new Set(start.countries.map((/** @type {any} */ c) => c.code));
    svg.setAttribute("viewBox", map.viewBox.join(" "));
    const hatched = document.createElementNS(SVG, "g"), own = document.createElementNS(SVG, "g"), dots = document.createElementNS(SVG, "g");
    hatched.setAttribute("class", "else");
    for (const [code, shape] of Object.entries(map.countries)) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", shape.d);
      if (!inside.has(code)) { hatched.append(path); continue; }
      let mark = /** @type {SVGElement} */ (path);
      if (shape.dot) {
        mark = document.createElementNS(SVG, "circle");
        for (const [key, value] of Object.entries({ cx: shape.at[0], cy: shape.at[1], r: Math.round(4 * map.viewBox[2] / 720) })) mark.setAttribute(key, String(value));
      }
      mark.dataset.c = code;
      mark.append(document.createElementNS(SVG, "title"));
      mark.setAttribute("class", "zero");
      this.shapes.set(code, mark);
      (shape.dot ? dots : own).append(mark);
    }
    svg.replaceChildren(hatched, own, dots);
    $("elsewhere").textContent = `${start.elsewhere}. Shapes: Natural Earth.`;
    $("countries").replaceChildren(...start.countries.map((/** @type {any} */ c) => el("option", { value: c.name })));
    svg.addEventListener("pointerover", (event) => this.tip(/** @type {Element} */ (event.target).getAttribute("data-c") ?? this.page.focus));
    svg.addEventListener("pointerleave", () => this.tip(this.page.focus));
    this.names = Object.fromEntries(start.countries.map((/** @type {any} */ c) => [c.code, c.name]));
    this.relative = start.scenario.from;
    this.year = start.versions.year;
    this.outside = start.left_out;
  }

  /** @param {any} answer @param {boolean} [drawn] whether it is the same law with ranges */
  show(answer, drawn = false) {
    this.answer = answer;
    document.body.dataset.key = answer.key;
    /** @type {Map<string, any>|null} */
    this.rows = answer.figures && new Map(answer.figures.map((/** @type {any} */ row) => [row.code, row]));
    ranged($("headline"), drawing(answer, answer.headline));
    ranged($("second"), drawing(answer, answer.second));
    const a = answer.compare;
    ranged($("compare"), a ? `Against A (${answer.a_law}): ${a}.` : `This is A: ${answer.law}.`);
    this.map();
    for (const name of ["who", "goods", "partners"]) this._swap($(`f-${name}`), answer.fragments[name]);
    $("h-partners").textContent = `${possessive(this.names[this.page.focus] ?? "")} sales by partner`;
    for (const place of document.querySelectorAll("[data-ayear]")) place.textContent = this.page.law.horizon === "1" ? "" : " a year";
    const ring = a ? "; ring: A" : "";
    $("drawn").textContent = answer.draws ? `bar: 5 to 95 % of ${answer.draws} draws${ring}` : answer.failed ? `no range: ${answer.failed}` : `range: being drawn${ring}`;
    if (this.page.view === "table") this.table();
    this._say(drawn ? MOVES : SAID);
  }

  /** One polite line, once nothing has changed for half a second. @param {number} wait */
  _say(wait) {
    clearTimeout(this.saying);
    this.saying = setTimeout(() => { $("say").textContent = `${$("headline").textContent} ${$("compare").textContent}`; }, wait);
  }

  map() {
    const { answer, page } = this;
    if (!answer) return;
    const against = page.view === "against" && Object.keys(answer.against).length > 0;
    const classes = against ? answer.against : answer.classes, bounds = against ? answer.bounds_against : answer.bounds;
    for (const [code, shape] of this.shapes) {
      const kind = `${classes[code] ?? "zero"}${code === page.focus ? " sel" : ""}`;
      if (shape.getAttribute("class") !== kind) shape.setAttribute("class", kind);
      /** @type {Element} */ (shape.firstChild).textContent = this.title(code);
    }
    $("maptitle").textContent = `Welfare${against ? ` against A (${answer.a_law})` : ""}, per cent of spending`;
    const digits = Math.max(0, Math.ceil(-Math.log10(bounds[0]) - 1e-9));
    const edges = [...bounds.map((/** @type {number} */ b) => -b).reverse(), ...bounds];
    $("legend").replaceChildren(...["l3", "l2", "l1", "zero", "g1", "g2", "g3"].map((kind, k) =>
      el("li", {}, [el("i", { class: kind }), ...(k < 6 ? [el("span", {}, [`${edges[k] < 0 ? "−" : "+"}${Math.abs(edges[k]).toFixed(digits)}`])] : [])])));
    this.tip(page.focus);
  }

  /** What the answer says of a country; while a slider moves, its name alone. @param {string} code */
  title(code) {
    const row = this.rows?.get(code);
    if (!row) return this.names[code] ?? "";
    const parts = [`${row.name} ${row.percent_said} %`, row.percent_range, `· ${row.usd_said} USD million${this.page.law.horizon === "1" ? "" : " a year"}`, row.usd_range];
    if (row.against_said !== undefined) parts.push(`· against A ${row.against_said}`, row.against_range);
    return parts.map((said, k) => said && k % 2 ? `(${said})` : said).filter(Boolean).join(" ");
  }

  /** @param {string} code */
  tip(code) {
    if (this.answer) ranged($("tip"), code === this.page.focus || !code ? this.answer.tip : this.title(code));
  }

  /** Swap a chart; what stands for the same row moves from where it was.
   * @param {HTMLElement} place @param {string} svg */
  _swap(place, svg) {
    const was = new Map([...place.querySelectorAll("[data-k]")].map((mark) => [mark.getAttribute("data-k"), [mark.tagName, mark.getAttribute("cx")]]));
    place.innerHTML = svg || "<p class=\"mut\">Nothing moves.</p>";
    if (still.matches) return;
    for (const mark of /** @type {NodeListOf<SVGElement>} */ (place.querySelectorAll("circle[data-k]"))) {
      const [tag, from] = was.get(mark.getAttribute("data-k")) ?? [];
      const to = mark.getAttribute("cx");
      if (tag !== "circle" || !from || !to || from === to) continue;
      mark.animate([{ cx: `${from}px` }, { cx: `${to}px` }], { duration: MOVES, easing: "linear" });
    }
  }

  table() {
    const { answer } = this;
    if (!answer?.figures) return;
    const against = answer.compare !== "";
    const rows = [...answer.figures].sort((a, b) => a.welfare_usd.value - b.welfare_usd.value);
    const cells = (/** @type {string} */ said, /** @type {string} */ range) => el("td", { class: "n" }, [el("b", {}, [said]), ...(range ? [" ", el("span", { class: "mut" }, [`(${range})`])] : [])]);
    $("table").replaceChildren(el("table", {}, [
      el("thead", {}, [el("tr", {}, ["economy", "welfare, per cent", "USD million", ...(against ? ["against A, USD million"] : [])].map((head, k) => el("th", { scope: "col", class: k ? "n" : null }, [head])))]),
      el("tbody", {}, rows.map((row) => el("tr", {}, [el("th", { scope: "row" }, [row.name]), cells(row.percent_said, row.percent_range), cells(row.usd_said, row.usd_range), ...(against ? [cells(row.against_said, row.against_range)] : [])])))]));
  }

  /** @param {any} found @param {(state: any) => void} tried */
  desk(found, tried) {
    this.moves = found;
    const { page } = this, parties = found.parties;
    const names = [...parties.map((/** @type {any} */ p) => `for ${p.name}`), ...(parties.length > 1 ? ["for both"] : [])];
    if (Number(page.forWhom) >= names.length) page.forWhom = "0";
    $("forwhom").replaceChildren(...names.map((said, k) => el("button", { type: "button", "data-for": k, "aria-pressed": String(String(k) === page.forWhom) }, [said])));
    const codes = parties.map((/** @type {any} */ p) => p.code), who = Number(page.forWhom);
    const score = (/** @type {any} */ m) => who < codes.length ? m.gain[codes[who]] : Math.min(...codes.map((/** @type {string} */ c) => m.gain[c]));
    const good = found.moves.filter((/** @type {any} */ m) => m.certified && score(m) > 0.05).sort((/** @type {any} */ a, /** @type {any} */ b) => score(b) - score(a)).slice(0, MOST_MOVES);
    const place = $("desk");
    place.classList.remove("deskold");
    const focused = document.activeElement?.getAttribute("data-move");
    if (!good.length) {
      place.replaceChildren(el("p", { class: "mut" }, [`No single change of these measures gains ${who < parties.length ? parties[who].name : "both"} anything from here.`]));
      return;
    }
    const size = Math.max(...good.flatMap((/** @type {any} */ m) => codes.map((/** @type {string} */ c) => Math.abs(m.gain[c]))));
    const low = Math.min(0, ...good.flatMap((/** @type {any} */ m) => codes.map((/** @type {string} */ c) => m.gain[c])));
    const bar = (/** @type {number} */ v) => {
      const at = (/** @type {number} */ x) => 100 * (x - low) / (size - low), made = el("div", { class: "bars", "aria-hidden": "true" });
      const fill = el("i", { class: v < 0 ? "loss" : "gain" }), zero = el("i", { class: "z" });
      fill.style.left = `${Math.min(at(0), at(v))}%`;
      fill.style.width = `${Math.max(Math.abs(at(v) - at(0)), 0.6)}%`;
      zero.style.left = `${at(0)}%`;
      made.append(fill, zero);
      return made;
    };
    const rows = good.map((/** @type {any} */ m) => {
      const gains = codes.filter((/** @type {string} */ c) => m.gain[c] > 0.05);
      const tag = gains.length === codes.length && codes.length > 1 ? "both" : parties.find((/** @type {any} */ p) => p.code === gains[0])?.name ?? "";
      const button = el("button", { class: "b", type: "button", "data-move": m.says, "aria-label": `Try: ${m.says}` }, ["Try"]);
      button.addEventListener("click", () => tried(m.state));
      return el("tr", {}, [el("th", { scope: "row" }, [m.says]),
        ...codes.flatMap((/** @type {string} */ c) => [el("td", { class: "hide" }, [bar(m.gain[c])]), el("td", { class: "n" }, [el("b", {}, [m.said[c]])])]),
        el("td", { class: "hide" }, [el("span", { class: `tag${tag === "both" ? " both" : ""}` }, [tag])]), el("td", { class: "n" }, [button])]);
    });
    place.replaceChildren(el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Next moves" }, [el("table", {}, [
      el("thead", {}, [el("tr", {}, [el("th", { scope: "col" }, ["one step"]), ...parties.flatMap((/** @type {any} */ p) => [el("th", { scope: "col", class: "hide" }, [el("span", { class: "vh" }, [`${p.name}, bar`])]), el("th", { scope: "col", class: "n" }, [p.name])]), el("th", { scope: "col", class: "hide" }, ["who gains"]), el("th", { scope: "col" }, [el("span", { class: "vh" }, ["try it"])])])]),
      el("tbody", {}, rows)])]),
      el("p", { class: "mut" }, ["USD million, from this law, one change at a time. Point answers, each solved and certified; no range. Whole packages, goals and best answers: countervail respond."]));
    if (focused) /** @type {HTMLElement|null} */ (place.querySelector(`[data-move="${CSS.escape(focused)}"]`))?.focus();
  }

  /** What the page leaves out, and what its figures are relative to. @param {string} relative */
  foot(relative) {
    const when = this.page.law.horizon === "1" ? "about a year after the change" : "in the long run";
    const left = this.answer?.left_out ?? this.outside;
    $("foot").replaceChildren(
      el("p", {}, [`Relative to the law of ${relative}; ${when}; dollars, sizes and prices of ${this.year}.`]),
      ...(left.length ? [el("p", {}, [`It leaves out: ${left.map((/** @type {any} */ one) => `${one.matter} (${one.reason})`).join("; ")}.`])] : []));
  }
}

/** Until draws are made, or fail, a sentence says that its range is being drawn. @param {any} answer @param {string} said */
const drawing = (answer, said) => answer.draws || answer.failed ? said : said.replace("(no range)", "(range: being drawn)");

/** @param {string} name */
const possessive = (name) => name.endsWith("s") ? `${name}’` : `${name}’s`;
