// @ts-check
/** What an answer looks like on the page: headline, map, fragments of charts, table, desk. */

import { el } from "./law.js";
import { digits, drawing, ranges, t } from "./words.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const SVG = "http://www.w3.org/2000/svg";
const MOVES = 90, SAID = 500;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const MOST_MOVES = 6;

/** A sentence with its ranges set apart. @param {HTMLElement} place @param {string} said */
function ranged(place, said) {
  const apart = ranges();
  place.replaceChildren(...said.split(apart).filter(Boolean).map((part) => apart.test(part) ? el("span", { class: "rg" }, [part]) : part));
}

export class Shown {
  /** @param {import("./state.js").Page} page */
  constructor(page) {
    this.page = page;
    /** @type {any} */ this.answer = null;
    /** @type {Map<string, SVGElement>} */ this.shapes = new Map();
    /** @type {any} */ this.moves = null;
    /** @type {Object<string, string>} */ this.names = {};
    /** @type {(state: any, says: string) => void} */ this.whole = () => {};
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
    $("elsewhere").textContent = t("elsewhere", { source: start.source });
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
    ranged($("compare"), a ? t("against_a", { law: answer.a_law, said: a }) : t("is_a", { law: answer.law }));
    this.map();
    for (const name of ["who", "goods", "partners"]) this._swap($(`f-${name}`), answer.fragments[name]);
    $("h-partners").textContent = answer.partners;
    for (const place of document.querySelectorAll("[data-ayear]")) place.textContent = this.page.law.horizon === "1" ? "" : t("a_year");
    const ring = a ? t("ring") : "";
    $("drawn").textContent = answer.draws ? t("bar", { n: answer.draws, ring }) : answer.failed ? t("failed", { why: answer.failed }) : `${t("being_drawn")}${ring}`;
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
    $("maptitle").textContent = against ? t("map_against", { law: answer.a_law }) : t("map_title");
    const places = Math.max(0, Math.ceil(-Math.log10(bounds[0]) - 1e-9));
    const edges = [...bounds.map((/** @type {number} */ b) => -b).reverse(), ...bounds];
    $("legend").replaceChildren(...["l3", "l2", "l1", "zero", "g1", "g2", "g3"].map((kind, k) =>
      el("li", {}, [el("i", { class: kind }), ...(k < 6 ? [el("span", {}, [digits(`${edges[k] < 0 ? "−" : "+"}${Math.abs(edges[k]).toFixed(places)}`)])] : [])])));
    this.tip(page.focus);
  }

  /** What the answer says of a country; while a slider moves, its name alone. @param {string} code */
  title(code) {
    const row = this.rows?.get(code);
    if (!row) return this.names[code] ?? "";
    const parts = [`${row.name} ${row.percent_said} %`, row.percent_range, t("tip_usd", { n: row.usd_said, a_year: this.page.law.horizon === "1" ? "" : t("a_year") }), row.usd_range];
    if (row.against_said !== undefined) parts.push(t("tip_against", { n: row.against_said }), row.against_range);
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
    if (svg) place.innerHTML = svg;
    else place.replaceChildren(el("p", { class: "mut" }, [t("nothing_moves")]));
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
      el("thead", {}, [el("tr", {}, [t("economy"), t("welfare_percent"), t("usd"), ...(against ? [t("against_usd")] : [])].map((head, k) => el("th", { scope: "col", class: k ? "n" : null }, [head])))]),
      el("tbody", {}, rows.map((row) => el("tr", {}, [el("th", { scope: "row" }, [row.name]), cells(row.percent_said, row.percent_range), cells(row.usd_said, row.usd_range), ...(against ? [cells(row.against_said, row.against_range)] : [])])))]));
  }

  /** @param {any} found @param {(state: any) => void} tried */
  desk(found, tried) {
    this.moves = found;
    const { page } = this, parties = found.parties;
    const names = [...parties.map((/** @type {any} */ p) => t("for_one", { A: p.said })), ...(parties.length > 1 ? [t("for_both")] : [])];
    if (Number(page.forWhom) >= names.length) page.forWhom = "0";
    $("forwhom").replaceChildren(...names.map((said, k) => el("button", { type: "button", "data-for": k, "aria-pressed": String(String(k) === page.forWhom) }, [said])));
    const codes = parties.map((/** @type {any} */ p) => p.code), who = Number(page.forWhom);
    const score = (/** @type {any} */ m) => who < codes.length ? m.gain[codes[who]] : Math.min(...codes.map((/** @type {string} */ c) => m.gain[c]));
    const good = found.moves.filter((/** @type {any} */ m) => m.certified && score(m) > 0.05).sort((/** @type {any} */ a, /** @type {any} */ b) => score(b) - score(a)).slice(0, MOST_MOVES);
    const place = $("desk");
    place.classList.remove("deskold");
    const focused = document.activeElement?.getAttribute("data-move");
    if (!good.length) {
      place.replaceChildren(el("p", { class: "mut" }, [who < parties.length ? t("no_gain", { A: parties[who].said }) : t("no_gain_both")]));
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
      const both = gains.length === codes.length && codes.length > 1, tag = both ? t("both") : parties.find((/** @type {any} */ p) => p.code === gains[0])?.name ?? "";
      const button = el("button", { class: "b", type: "button", "data-move": m.says, "aria-label": t("try_label", { move: m.says }) }, [t("try")]);
      const whole = el("button", { class: "lk", type: "button", "data-whole": m.says, "aria-label": `${t("full_answer")}: ${m.says}` }, [t("full_answer")]);
      button.addEventListener("click", () => tried(m.state));
      whole.addEventListener("click", () => this.whole(m.state, m.says));
      return el("tr", {}, [el("th", { scope: "row" }, [m.says]),
        ...codes.flatMap((/** @type {string} */ c) => [el("td", { class: "hide" }, [bar(m.gain[c])]), el("td", { class: "n" }, [el("b", {}, [m.said[c]])])]),
        el("td", { class: "hide" }, [el("span", { class: `tag${both ? " both" : ""}` }, [tag])]), el("td", { class: "n go" }, [button, " ", whole])]);
    });
    place.replaceChildren(el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("next_moves") }, [el("table", {}, [
      el("thead", {}, [el("tr", {}, [el("th", { scope: "col" }, [t("one_step")]), ...parties.flatMap((/** @type {any} */ p) => [el("th", { scope: "col", class: "hide" }, [el("span", { class: "vh" }, [t("bar_of", { A: p.name })])]), el("th", { scope: "col", class: "n" }, [p.name])]), el("th", { scope: "col", class: "hide" }, [t("who_gains")]), el("th", { scope: "col" }, [el("span", { class: "vh" }, [t("try_it")])])])]),
      el("tbody", {}, rows)])]),
      el("p", { class: "mut" }, [t("desk_note")]));
    if (focused) /** @type {HTMLElement|null} */ (place.querySelector(`[data-move="${CSS.escape(focused)}"]`))?.focus();
  }

  /** What the page leaves out, and what its figures are relative to. @param {string} relative */
  foot(relative) {
    const when = this.page.law.horizon === "1" ? t("foot_year") : t("foot_long");
    const left = this.answer?.left_out ?? this.outside;
    $("foot").replaceChildren(
      el("p", {}, [t("foot", { day: relative, when, year: this.year })]),
      ...(left.length ? [el("p", {}, left.flatMap((/** @type {any} */ one, /** @type {number} */ k) => [k ? t("between") : t("leaves_out", { said: "" }).replace(/\.$/, ""), `${one.matter} (`, el("span", { lang: one.lang ?? null }, [one.reason]), ")"]).concat(["."]))] : []));
  }
}
