// @ts-check
/** Questions to the server: one in flight, the newest next, the rest dropped; ranges once the hand rests. */

import { keyOf } from "./state.js";

/** The name of this page: a newer question of it takes the place of an older one. */
export const TAB = Math.random().toString(36).slice(2);
const RESTED = 250, LATE = 1000, BUSY = 150, AGAIN = 2000;

/** @param {string} path @param {object} body */
export async function post(path, body) {
  return answered(await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
}

/** @param {string} path */
export async function get(path) {
  return answered(await fetch(path, { headers: { Accept: "application/json" } }));
}

/** @param {Response} response */
async function answered(response) {
  const found = await response.json();
  if (response.ok) return found;
  if (found.superseded !== undefined) return null;
  if (found.refused) throw Object.assign(new Error(found.refused), { kind: "refused", lang: found.lang });
  throw Object.assign(new Error(found.error?.says ?? "no answer"), { kind: found.error?.kind ?? "error", lang: found.error?.lang });
}

/** Asks for the answers to a page's laws. */
export class Asker {
  /** @param {import("./state.js").Page} page @param {{answer: Function, ranges: Function, desk: Function, busy: Function, late: Function, refused: Function, lost: Function, back: Function, width: () => number}} shown */
  constructor(page, shown) {
    this.page = page;
    this.shown = shown;
    this.n = 0;
    this.answeredN = 0;
    this.flying = false;
    this.wanted = false;
    this.held = false;
    /** @type {object|null} */ this.scales = null;
    /** @type {any} */ this.last = null;
    /** @type {EventSource|null} */ this.stream = null;
    /** @type {string} */ this.deskKey = "";
    /** @type {any} */ this.deskFound = null;
    this.lostNow = false;
    this.most = 0;
  }

  /** Ask for the page's law, or look at its answer otherwise. */
  ask() {
    this.n += 1;
    this.wanted = true;
    this.began = performance.now();
    this.stop();
    clearTimeout(this.restTimer);
    clearTimeout(this.lateTimer);
    this.lateTimer = setTimeout(() => this.answeredN < this.n && this.shown.late(), LATE);
    this._next();
  }

  /** Scales stand still while a slider is held. @param {boolean} held */
  hold(held) {
    if (held && !this.held) this.scales = this.last?.scales ?? null;
    this.held = held;
    if (!held) this.scales = null;
  }

  async _next() {
    if (this.flying || !this.wanted) return;
    this.flying = true;
    this.wanted = false;
    const n = this.n, law = this.page.asked, began = performance.now();
    const busy = setTimeout(() => this.shown.busy(), BUSY);
    try {
      const found = await post("/api/solve", {
        tab: TAB, n, state: law, a: this.page.isA ? null : this.page.beside, focus: this.page.focus,
        width: this.shown.width(), scales: this.held ? this.scales : null, figures: !this.held || this.page.view === "table",
      });
      if (this.lostNow) { this.lostNow = false; this.shown.back(); }
      if (found !== null && found.n > this.answeredN) {
        this.answeredN = found.n;
        this.last = found;
        const swapped = performance.now();
        this.shown.answer(found, { newest: n === this.n, took: swapped - began, draw: () => performance.now() - swapped });
      }
      if (n === this.n) { clearTimeout(this.lateTimer); this._rest(); }
    } catch (error) {
      this._failed(error, n);
    } finally {
      clearTimeout(busy);
      this.flying = false;
      this._next();
    }
  }

  /** @param {any} error @param {number} n */
  _failed(error, n) {
    if (error.kind === "refused" || error.kind === "input" || error.kind === "file") {
      if (n === this.n) { clearTimeout(this.lateTimer); this.shown.refused(error); }
      return;
    }
    this.lostNow = true;
    this.shown.lost(error.kind === "worker_lost" ? error.message : "");
    clearTimeout(this.againTimer);
    this.againTimer = setTimeout(() => { this.wanted = true; this._next(); }, AGAIN);
  }

  /** Once nothing moves: the desk, and ranges. */
  _rest() {
    clearTimeout(this.restTimer);
    if (this.held) return;
    this.restTimer = setTimeout(() => { this._desk(); this._ranges(); }, RESTED);
  }

  async _desk() {
    const law = this.page.law, key = keyOf(law);
    if (this.deskKey === key) {
      if (this.deskFound) this.shown.desk(this.deskFound); // the law came back to it
      return;
    }
    this.deskKey = key;
    this.deskFound = null;
    try {
      const found = await post("/api/desk", { state: law });
      if (this.deskKey !== key) return; // another law's was asked for since
      this.deskFound = found;
      if (keyOf(this.page.law) === key) this.shown.desk(found);
    } catch {
      if (this.deskKey === key) this.deskKey = "";
    }
  }

  _ranges() {
    const found = this.last;
    if (found === null || this.stream !== null) return;
    const words = new URLSearchParams({ focus: this.page.focus, width: String(this.shown.width()) });
    if (found.a_key && found.a_key !== found.key) words.set("a", found.a_key);
    const n = this.n, stream = new EventSource(`/api/ranges/${found.key}?${words}`);
    this.stream = stream;
    stream.onmessage = (event) => {
      if (n !== this.n) { stream.close(); return; }
      const came = JSON.parse(event.data);
      if (came.refused || came.error) { this.stop(); this.shown.ranges(null, came.refused ?? came.error.says); return; }
      this.shown.ranges(came, "");
      if (came.done) this.stop();
    };
    stream.onerror = () => this.stop();
  }

  /** End the stream of ranges: the server ends the work. */
  stop() {
    this.stream?.close();
    this.stream = null;
  }
}
