// Write the shapes of the world map: src/countervail/data/map.json.
//
//     cd tools/map_build && npm install && node build_map.mjs
//
// Source: npm world-atlas 2.0.2, countries-50m.json (Natural Earth 1:50m, public domain; the package
// is ISC). Shapes are stitched across 180 degrees there, so they are projected on the sphere (d3-geo)
// before anything planar. Ids are the project's own: data/countries.csv says which number of ISO
// 3166-1 is which code. Three shapes have no number: Kosovo is XKX, Northern Cyprus is drawn with
// Cyprus and Somaliland with Somalia. Antarctica and two disputed or empty shapes are left out.
// Points are tenths of a pixel, in relative steps: a third shorter than absolute ones.
import fs from "node:fs";
import { createRequire } from "node:module";
import { geoEqualEarth, geoPath } from "d3-geo";
import { feature, merge } from "topojson-client";
import { presimplify, simplify } from "topojson-simplify";

const require = createRequire(import.meta.url);
const DATA = new URL("../../src/countervail/data/", import.meta.url);
const WIDTH = 924, HEIGHT = 450, EDGE = 2;
const LEAST_AREA = +(process.argv[2] ?? 0.035); // of a triangle in the source, square degrees; a point of a smaller one goes
const LEAST_RING = 0.35; // square pixels; smaller rings of a shape that has others are not drawn
const DOT_UNDER = 12; // square pixels; a smaller economy has a dot as well
const SPECIAL = { Kosovo: "XKX", "N. Cyprus": "CYP", Somaliland: "SOM" };
const LEFT_OUT = new Set(["ATA"]);

const codes = new Map(
  fs.readFileSync(new URL("countries.csv", DATA), "utf8").trim().split("\n").slice(1)
    .map((line) => line.split(",")).filter((row) => row[2]).map((row) => [+row[2], row[0]]),
);
const topology = JSON.parse(fs.readFileSync(require.resolve("world-atlas/countries-50m.json"), "utf8"));
const shapes = new Map();
for (const shape of topology.objects.countries.geometries) {
  const code = SPECIAL[shape.properties.name] ?? (shape.id && codes.get(+shape.id));
  if (!code || LEFT_OUT.has(code)) { console.log("left out:", shape.properties.name); continue; }
  shapes.set(code, [...(shapes.get(code) ?? []), shape]);
}
topology.objects = { countries: { type: "GeometryCollection", geometries: [...shapes.values()].flat() } };
const simple = simplify(presimplify(topology), LEAST_AREA);
const kept = new Map();
for (const shape of simple.objects.countries.geometries) {
  const code = SPECIAL[shape.properties.name] ?? codes.get(+shape.id);
  kept.set(code, [...(kept.get(code) ?? []), shape]);
}
const features = [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, parts]) => ({
  type: "Feature", properties: { code },
  geometry: parts.length > 1 ? merge(simple, parts) : feature(simple, parts[0]).geometry,
}));
const projection = geoEqualEarth().fitExtent(
  [[EDGE, EDGE], [WIDTH - EDGE, HEIGHT - EDGE]], { type: "FeatureCollection", features },
);
const path = geoPath(projection);

function area(ring) {
  return Math.abs(ring.reduce((sum, [x, y], k) => {
    const [a, b] = ring[(k + 1) % ring.length];
    return sum + x * b - a * y;
  }, 0) / 2);
}

function rings(d) {
  const found = [];
  for (const piece of d.split("M").slice(1)) {
    const points = piece.replace("Z", "").split("L").map((at) => at.split(",").map(Number));
    if (points.length > 2) found.push(points);
  }
  const large = found.filter((ring) => area(ring) >= LEAST_RING);
  return large.length ? large : found.sort((a, b) => area(b) - area(a)).slice(0, 1);
}

function relative(ring) {
  const at = ring.map(([x, y]) => [Math.round(10 * x), Math.round(10 * y)]);
  let said = `M${at[0][0]} ${at[0][1]}l`, last = at[0], first = true;
  for (const [x, y] of at.slice(1)) {
    if (x === last[0] && y === last[1]) continue;
    const [dx, dy] = [x - last[0], y - last[1]];
    said += `${first || dx < 0 ? "" : " "}${dx}${dy < 0 ? "" : " "}${dy}`;
    last = [x, y]; first = false;
  }
  return first ? "" : `${said}z`;
}

const countries = {};
for (const one of features) {
  const d = path(one), [x, y] = path.centroid(one);
  if (!d) { console.log("no shape:", one.properties.code); continue; }
  countries[one.properties.code] = {
    d: rings(d).map(relative).join(""),
    at: [Math.round(10 * x), Math.round(10 * y)],
    ...(path.area(one) < DOT_UNDER ? { dot: true } : {}),
  };
}
const out = {
  source: "Natural Earth 1:50m (public domain), through npm world-atlas 2.0.2 (ISC)",
  projection: "Equal Earth",
  viewBox: [0, 0, 10 * WIDTH, 10 * HEIGHT],
  countries,
};
fs.writeFileSync(new URL("map.json", DATA), JSON.stringify(out) + "\n");
console.log(features.length, "shapes;", fs.statSync(new URL("map.json", DATA)).size, "bytes;",
  Object.values(countries).filter((one) => one.dot).length, "dots");
