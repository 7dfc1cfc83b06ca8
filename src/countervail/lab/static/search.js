// @ts-check
/** Further than one step: a search that is started here, shown as it goes, stopped, and answered. */

import { TAB } from "./ask.js";
import { el } from "./law.js";
import { t } from "./words.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const SECOND = 1000;

export class Searching {
  /** @param {{report: () => void, save: (name: string, text: string, kind: string) => void, sentence: (said: string) => string}} page */
  constructor(page) {
    this.page = page;
    /** @type {AbortController|null} */ this.flight = null;
    this.kind = "";
    this.key = "";
  }

  /** The ways further than one step from a law.
   * @param {any[]} doors @param {any} state */
  doors(doors, state) {
    const place = $("doors");
    if (this.said === JSON.stringify(doors) && place.childElementCount) { this.state = state; return; }
    this.said = JSON.stringify(doors);
    this.state = state;
    place.replaceChildren(...doors.map((d) => {
      const start = el("button", { class: "b", type: "button", "data-door": d.kind, "aria-label": t("start_label", { says: d.says }) }, [t(d.ask ? "start" : "write")]);
      start.addEventListener("click", () => d.ask ? this.start(d, this.state) : this.page.report());
      const files = Object.entries(d.files).map(([name, text]) => {
        const link = el("button", { class: "lk", type: "button" }, [name]);
        link.addEventListener("click", () => this.page.save(name, /** @type {string} */ (text), "text/plain"));
        return link;
      });
      return el("li", {}, [start, el("div", {}, [el("span", {}, [d.says]), ...(d.command ? [el("details", {}, [el("summary", {}, [t("door_command")]), el("code", {}, [d.command]), ...files.flatMap((one) => [" ", one])])] : [])])]);
    }));
  }

  /** Start a search; one that runs is ended. @param {any} door @param {any} state */
  async start(door, state) {
    this.flight?.abort();
    const flight = this.flight = new AbortController();
    this.kind = door.kind;
    this._opened(door.says);
    try {
      const response = await fetch(`/api/respond/${door.kind}`, {
        method: "POST", headers: { "Content-Type": "application/json" }, signal: flight.signal,
        body: JSON.stringify({ tab: TAB, state, options: door.ask.options }),
      });
      if (!response.ok || response.body === null) throw new Error((await response.json()).error?.says ?? t("no_answer"));
      for await (const came of events(response.body)) if (flight === this.flight) this._came(came);
      if (flight === this.flight && this.running) this._failed(t("not_connected"));
    } catch (error) {
      if (flight === this.flight) this._failed(error instanceof TypeError ? t("not_connected") : /** @type {Error} */ (error).message);
    }
  }

  /** The page shows another law. @param {string} key */
  shows(key) {
    $("search-old").hidden = !this.key || key === this.key;
  }

  /** @param {string} says */
  _opened(says) {
    const began = performance.now();
    this.running = true;
    this.held = false;
    this.key = "";
    $("search").hidden = false;
    $("search-title").textContent = says;
    $("search-stop").hidden = false;
    /** @type {HTMLButtonElement} */ ($("search-stop")).disabled = false;
    $("search-going").hidden = false;
    $("search-bar").removeAttribute("value");
    $("search-count").textContent = t("search_opening");
    $("search-why").hidden = true;
    $("search-old").hidden = true;
    $("search-done").hidden = true;
    $("search-answer").replaceChildren();
    clearInterval(this.clock);
    this.clock = setInterval(() => { $("search-time").textContent = t("search_seconds", { n: Math.round((performance.now() - began) / SECOND) }); }, SECOND);
    $("search-time").textContent = "";
    $("search").scrollIntoView({ block: "nearest" });
  }

  /** @param {any} came */
  _came(came) {
    if (came.progress) {
      const { what, done, of } = came.progress, bar = /** @type {HTMLProgressElement} */ ($("search-bar"));
      bar.max = of;
      bar.value = done;
      $("search-count").textContent = t("search_counts", { what, done, of });
    } else if (came.error || came.refused) this._failed(came.refused ?? came.error.says, (came.error ?? came).lang);
    else if (came.answer === null) this._failed(came.says);
    else this._answered(came);
  }

  /** @param {any} found */
  _answered(found) {
    // a button that is disabled loses the keyboard, which then is nowhere
    const held = [document.body, $("search-stop")].includes(/** @type {HTMLElement} */ (document.activeElement)) && this.held;
    this._over();
    this.found = found;
    this.key = found.key;
    $("search-law").textContent = t("search_of", { law: found.law });
    $("search-answer").innerHTML = found.html; // of the report's own module, which escapes what it is made of
    $("search-done").hidden = false;
    $("search-report").hidden = found.report === null;
    if (found.failure || found.report === null) this._why(found.failure ?? t("search_part"));
    const said = $("found-headline");
    $("search-say").textContent = t("search_answered", { says: said.textContent });
    if (held) said.focus();
    this.shows(document.body.dataset.key ?? "");
  }

  /** @param {string} why @param {string} [lang] of it, where it is not the page's */
  _failed(why, lang) {
    this._over();
    this._why(why, lang);
    $("search-say").textContent = why;
  }

  /** @param {string} why @param {string} [lang] */
  _why(why, lang = document.documentElement.lang) {
    $("search-why").hidden = false;
    $("search-why").lang = lang;
    $("search-why").textContent = this.page.sentence(why);
  }

  _over() {
    this.running = false;
    clearInterval(this.clock);
    $("search-going").hidden = true;
    $("search-stop").hidden = true;
  }

  /** Have it end with the best it has found. */
  async stop() {
    this.held = document.activeElement === $("search-stop");
    /** @type {HTMLButtonElement} */ ($("search-stop")).disabled = true;
    $("search-count").textContent = t("search_stopping");
    $("search-bar").removeAttribute("value");
    try {
      const response = await fetch(`/api/respond/${this.kind}?tab=${TAB}`, { method: "DELETE" });
      if (!response.ok && this.running) this._failed((await response.json()).error.says);
    } catch {
      this._failed(t("not_connected"));
    }
  }

  /** Leave it: what runs is ended. */
  close() {
    this.flight?.abort();
    this.flight = null;
    this._over();
    this.key = "";
    $("search").hidden = true;
    /** @type {HTMLElement|null} */ (document.querySelector(`[data-door="${this.kind}"]`))?.focus();
  }

  /** The buttons of an answer. */
  wire() {
    $("search-stop").addEventListener("click", () => this.stop());
    $("search-close").addEventListener("click", () => this.close());
    $("search-report").addEventListener("click", () => this.page.save(`${this.kind}.html`, this.found.report, "text/html"));
    $("search-json").addEventListener("click", () => this.page.save(`${this.kind}.json`, JSON.stringify(this.found.answer, null, 2), "application/json"));
  }
}

/** Server-sent events of a stream. @param {ReadableStream<Uint8Array>} body */
async function* events(body) {
  const reader = body.getReader(), decoder = new TextDecoder();
  let left = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    left += decoder.decode(value, { stream: true });
    const parts = left.split("\n\n");
    left = parts.pop() ?? "";
    for (const part of parts) if (part.startsWith("data: ")) yield JSON.parse(part.slice("data: ".length));
  }
}
