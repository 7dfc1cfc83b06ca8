// @ts-check
/** The words of the page: the server sends those of its language with the page's start. */

/** @type {any} */ let said = {};

/** @param {any} words */
export function speak(words) {
  said = words;
}

/** Words of the page, filled: `{n}` is the value of that name.
 * @param {string} key @param {Object<string, any>} [values] */
export const t = (key, values = {}) =>
  String(said[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));

/** A list that the language has. @param {string} key @returns {any[]} */
export const list = (key) => said[key] ?? [];

/** A number as the language writes it. @param {string} written */
export const digits = (written) => written.replace(".", said.decimal ?? ".");

/** @param {string} day */
export const inWords = (day) => {
  const [y, m, d] = day.split("-").map(Number), { months, first, day: form } = said.dates;
  return form.replace("{day}", d === 1 ? first : String(d)).replace("{month}", months[m - 1]).replace("{year}", String(y));
};

const literal = (/** @type {string} */ text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What of a sentence is a range, or says that there is none. @returns {RegExp} */
export function ranges() {
  const forms = said.ranges.map((/** @type {string} */ one) =>
    one.split(/\{(?:low|high)\}/).map(literal).join("[^()]*\\d[^()]*"));
  return new RegExp(`(${[...forms, literal(said.no_range), literal(`(${said.being_drawn})`)].join("|")})`);
}

/** Until draws are made, or fail, a sentence says that its range is being drawn.
 * @param {any} answer @param {string} words */
export const drawing = (answer, words) =>
  answer.draws || answer.failed ? words : words.replace(said.no_range, `(${said.being_drawn})`);
