// @ts-check
/** A measure of one's own: its form, refused in one sentence, and how it joins the law. */

import { post } from "./ask.js";
import { el } from "./law.js";
import { copy } from "./state.js";
import { digits, t } from "./words.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ ($(id));

export class AddForm {
  /** @param {import("./state.js").Page} page @param {any} start @param {(found: any) => void} joined */
  constructor(page, start, joined) {
    this.page = page;
    this.joined = joined;
    this.rated = Object.fromEntries(start.instruments.map((/** @type {any} */ one) => [one.id, one.rated]));
    $("add-instrument").replaceChildren(...start.instruments.map((/** @type {any} */ one) => el("option", { value: one.id }, [one.says])));
    $("goods-known").replaceChildren(...start.goods.map((/** @type {any} */ one) => el("option", { value: one.says })));
    this.goods = known(start.goods.map((/** @type {any} */ one) => [one.says, one.id]));
    this.countries = known(start.countries.flatMap((/** @type {any} */ c) => [[c.name, c.code], [c.long, c.code]]));
    $("add-instrument").addEventListener("change", () => this._rated());
    $("d-add-form").addEventListener("submit", (event) => { event.preventDefault(); this.add(); });
  }

  /** Open the form for the law of a day, between the countries of the question.
   * @param {string} day @param {string[]} shown */
  open(day, shown) {
    this.say("");
    if (!field("add-by").value) { field("add-by").value = shown[0] ?? ""; field("add-on").value = shown[1] ?? ""; }
    field("add-from").value = day;
    this._rated();
    /** @type {HTMLDialogElement} */ ($("d-add")).showModal();
    field("add-goods").focus();
  }

  _rated() {
    const rate = field("add-rate");
    rate.disabled = !this.rated[field("add-instrument").value];
    if (!rate.disabled && rate.value === "") rate.value = digits("25");
  }

  /** @param {string} why @param {string} [lang] of it, where it is not the page's */
  say(why, lang = document.documentElement.lang) {
    $("add-why").lang = lang;
    $("add-why").textContent = why;
    $("add-why").hidden = !why;
  }

  async add() {
    const given = {
      by: named(this.countries, field("add-by").value).join(","), on: named(this.countries, field("add-on").value), goods: named(this.goods, field("add-goods").value),
      instrument: field("add-instrument").value, from: field("add-from").value,
      rate: field("add-rate").disabled ? null : field("add-rate").value,
    };
    const law = copy(this.page.law);
    law.own = [...law.own, given];
    try {
      const found = await post("/api/rows", { state: law });
      /** @type {HTMLDialogElement} */ ($("d-add")).close();
      field("add-goods").value = "";
      this.joined(found);
    } catch (error) {
      const { message: why, lang } = /** @type {any} */ (error);
      this.say(`${why.charAt(0).toUpperCase()}${why.slice(1)}${/[.!?]$/.test(why) ? "" : "."}`, lang);
      field("add-goods").focus();
    }
  }
}

/** Names of the page's language, and what the server calls them. @param {[string, string][]} pairs */
const known = (pairs) => new Map(pairs.map(([said, id]) => [said.toLowerCase(), id]));

/** What is typed, by commas, as the server calls it. @param {Map<string, string>} names @param {string} typed */
const named = (names, typed) =>
  typed.split(",").map((word) => word.trim()).filter(Boolean).map((word) => names.get(word.toLowerCase()) ?? word);

/** What is said once a measure has joined. @param {any} found */
export const joinedWords = (found) => t("added", { title: found.measures.at(-1)?.name ?? "" });
