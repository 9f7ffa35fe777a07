// Gives texts to the parsers of @dbml/core and Mermaid, and says what those understood, or why they refused.
// Reads [{format, text}] from standard input; the packages are in the folder that the first argument names.

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.argv[2], "package.json"));
const { Parser } = require("@dbml/core");
const { JSDOM } = require("jsdom");

const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;
const mermaid = (await import(pathToFileURL(require.resolve("mermaid")).href)).default;
mermaid.initialize({ startOnLoad: false, maxTextSize: 1e9, maxEdges: 1e6 });

function dbml(text) {
  const { schemas } = new Parser().parse(text, "dbmlv2").export();
  const named = (schema, { name }) => [schema.name, name];
  const type = ({ schemaName, originalTypeName, type_name }) =>
    (schemaName ? `${schemaName}.` : "") + (originalTypeName ?? type_name);
  return {
    tables: schemas.flatMap((s) => s.tables.map((t) => [
      named(s, t),
      t.fields.map((f) => [f.name, type(f.type)]),
    ])),
    enums: schemas.flatMap((s) => s.enums.map((e) => [named(s, e), e.values.map((v) => v.name)])),
    links: schemas.flatMap((s) => s.refs.map((r) => r.endpoints.map((e) => [
      [e.schemaName ?? "public", e.tableName], e.fieldNames,
    ]))),
  };
}

// Mermaid keeps `#34;` as signs of its own until it draws.
const written = (text) => text.replace(/ﬂ°°(\d+)¶ß/g, "#$1;");

async function er(text) {
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const entities = [...db.getEntities().values()];
  const name = (id) => written(entities.find((entity) => entity.id === id).label);
  return {
    tables: entities.map((entity) => [
      written(entity.label),
      entity.attributes.map((column) => [written(column.comment || column.name), column.type]),
    ]),
    links: db.getRelationships().map((link) => [name(link.entityA), name(link.entityB), written(link.roleA)]),
  };
}

async function flowchart(text) {
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const vertices = [...db.getVertices().values()];
  return {
    tables: vertices.map((vertex) => [written(vertex.text), vertex.classes[0]]),
    links: db.getEdges().map((edge) => [edge.start, edge.end, written(edge.text)]),
  };
}

const readers = { dbml, flowchart, mermaid: er };
let input = "";
for await (const piece of process.stdin) input += piece;
const results = [];
for (const { format, text } of JSON.parse(input)) {
  try {
    results.push(await readers[format](text));
  } catch (error) {
    results.push({ error: JSON.stringify(error.diags ?? error.message ?? String(error)).slice(0, 2000) });
  }
}
process.stdout.write(JSON.stringify(results), () => process.exit(0));
