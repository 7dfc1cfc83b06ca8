// @ts-check
/** The law of the page and how it is looked at: edits, undo, and the address that holds both. */

/** @typedef {{date: string|null, rates: Object<string, number|string>, horizon: string, closure: string, elasticities: string|null, own: any[], file: string|null}} Law */

export const MOST_STEPS = 200;

/** @param {Law} law */
export const copy = (law) => ({ ...law, rates: { ...law.rates }, own: [...law.own] });

/** A measure of one's own in a word of an address. @param {any} one */
const word = (one) => [one.by, one.on.join(","), one.goods.join(","), one.instrument, one.rate ?? "", one.from].join("!");

/** What tells one set of rows from another. @param {Law} law */
export const rowsOf = (law) => JSON.stringify([law.file, law.own]);

/** A law with another's measures of one's own, each ended: both are told of the same rows, and drawn alike.
 * @param {Law} law @param {Law} other @param {(one: any) => string} row @returns {Law} */
const together = (law, other, row) => {
  const mine = new Set(law.own.map(word)), more = other.own.filter((one) => !mine.has(word(one)));
  if (!more.length) return law;
  const both = copy(law);
  both.own = [...law.own, ...more];
  for (const one of more) both.rates[row(one)] = "off";
  return both;
};

/** @param {Law} law */
export const keyOf = (law) =>
  JSON.stringify([law.date, Object.entries(law.rates).sort(), law.horizon, law.closure, law.elasticities, law.own, law.file]);

export class Page {
  constructor() {
    /** @type {Law} */ this.law = { date: null, rates: {}, horizon: "1", closure: "world_share", elasticities: null, own: [], file: null };
    /** @type {Object<string, string>} */ this.ids = {};
    /** @type {Law} */ this.first = copy(this.law);
    /** @type {Law} */ this.a = copy(this.law);
    /** @type {string} */ this.scenario = "";
    /** @type {string} */ this.view = "map";
    /** @type {string} */ this.focus = "";
    /** @type {string} */ this.forWhom = "0";
    /** @type {Law[]} */ this.undone = [];
    /** @type {Law[]} */ this.done = [];
    /** @type {Law|null} */ this.before = null;
    /** @type {(committed: boolean) => void} */ this.onchange = () => {};
  }

  /** The law that A is, taken at this page's horizon: what is compared is the law. @returns {Law} */
  get beside() {
    return together(this._alike(this.a), this.law, (one) => this.ids[word(one)]);
  }

  /** The law as it is asked: with A's measures of one's own, where it has them no more. @returns {Law} */
  get asked() {
    return together(this.law, this.a, (one) => this.ids[word(one)]);
  }

  get isA() {
    return keyOf(this._alike(this.a)) === keyOf(this.law);
  }

  /** @param {Law} law @returns {Law} */
  _alike(law) {
    return { ...copy(law), horizon: this.law.horizon, closure: this.law.closure, elasticities: this.law.elasticities, file: this.law.file };
  }

  /** Remember the rows of measures of one's own. @param {any} found */
  know(found) {
    for (const row of found.measures) if (row.own !== null && row.own !== undefined) this.ids[word(found.state.own[row.own])] = row.id;
  }

  /** Whether the law has a measure of one's own that a row is. @param {any} row */
  has(row) {
    return this.law.own.some((one) => this.ids[word(one)] === row.id);
  }

  /** The law without a measure of one's own. @param {any} row */
  without(row) {
    const law = copy(this.law);
    law.own = law.own.filter((one) => this.ids[word(one)] !== row.id);
    delete law.rates[row.id];
    return law;
  }

  /** Change the law; a gesture is one step of undo, however many changes it makes.
   * @param {Law} law @param {boolean} committed */
  change(law, committed) {
    if (this.before === null) this.before = copy(this.law);
    this.law = law;
    if (committed) this.commit();
    else this.onchange(false);
  }

  /** End a gesture. */
  commit() {
    if (this.before !== null && keyOf(this.before) !== keyOf(this.law)) {
      this.done.push(this.before);
      if (this.done.length > MOST_STEPS) this.done.shift();
      this.undone = [];
    }
    this.before = null;
    this.onchange(true);
  }

  undo() {
    this._step(this.done, this.undone);
  }

  redo() {
    this._step(this.undone, this.done);
  }

  /** @param {Law[]} from @param {Law[]} to */
  _step(from, to) {
    const law = from.pop();
    if (law === undefined) return;
    to.push(copy(this.law));
    this.law = law;
    this.before = null;
    this.onchange(true);
  }

  /** @param {string} row @param {number|string|null} value null is as in the ledger */
  edited(row, value) {
    const law = copy(this.asked); // a measure that A alone has joins, to be moved
    if (value === null) delete law.rates[row];
    else law.rates[row] = value;
    return law;
  }

  /** The part of the address after #. */
  get address() {
    const { law, a } = this;
    const edits = (/** @type {Law} */ of) => Object.entries(of.rates).sort().map(([row, v]) => `${row}:${v}`);
    /** @type {Object<string, string>} */
    const parts = {
      s: law.file ? "" : this.scenario,
      f: law.file ?? "",
      d: law.date ?? "",
      m: edits(law).join(","),
      n: law.own.map(word).join("~"),
      h: law.horizon === "1" ? "" : law.horizon,
      x: law.closure === "world_share" ? "" : law.closure,
      e: law.elasticities ?? "",
      a: keyOf(this._alike(a)) === keyOf(this._alike(this.first))
        ? "" : [a.date ?? "", ...edits(a), ...a.own.map(word)].join("~"),
      v: this.view === "map" ? "" : this.view,
      w: this.forWhom === "0" ? "" : this.forWhom,
      c: this.focus,
    };
    return "#" + Object.entries(parts).filter(([, v]) => v).map(([k, v]) =>
      `${k}=${encodeURIComponent(v).replace(/%3A/g, ":").replace(/%2C/g, ",").replace(/%2F/g, "/").replace(/~/g, "~")}`).join("&");
  }

  /** Take how it is looked at from an address; the law in it is read by the server.
   * @param {string} fragment */
  look(fragment) {
    const parts = new URLSearchParams(fragment.replace(/^#/, ""));
    this.view = ["map", "against", "table"].includes(parts.get("v") ?? "") ? String(parts.get("v")) : "map";
    this.focus = parts.get("c") ?? this.focus;
    this.forWhom = parts.get("w") ?? "0";
  }
}
