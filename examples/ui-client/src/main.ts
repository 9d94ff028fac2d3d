// Shows each view once, of the campus: `node --experimental-websocket dist/main.js URL [--by-id] [--token TOKEN]`.
import { parseArgs } from "node:util";
import { Twin, TwinError } from "./client.js";
import { rename, shown } from "./edit.js";
import { blastRadius } from "./impact.js";
import { changes, revision } from "./live.js";
import { path } from "./path.js";
import { pages, table } from "./table.js";
import { tree } from "./tree.js";

const UPS = "NBR-UPS-A";
const SERVER = "NBR-R01-S1";

function show(title: string, lines: readonly string[]): void {
  console.log([`== ${title}`, ...lines, ""].join("\n"));
}

async function editedAndHeard(twin: Twin): Promise<string[]> {
  const heard = changes(twin, await revision(twin));
  const form = await shown(twin, UPS);
  if (!form) return [`There is no ${UPS}`];
  const lines = [await rename(twin, form, `${form.name} (new)`), await rename(twin, form, "somebody else's")];
  const { value } = await heard.next();
  await heard.return();
  return [...lines, `heard: ${value ?? "nothing"}`];
}

async function refused(twin: Twin): Promise<string[]> {
  try {
    return await blastRadius(twin, "NO-SUCH-ASSET");
  } catch (error) {
    if (!(error instanceof TwinError)) throw error;
    return [`${error.code}: ${error.message}`];
  }
}

async function everyPage(twin: Twin): Promise<string[]> {
  const lines: string[] = [];
  for await (const rows of pages(twin, { first: 15, orderBy: [{ name: "ASC" }] })) lines.push(`${rows.length} rows`);
  return lines;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "by-id": { type: "boolean", default: false }, token: { type: "string" } },
});
const [url = "http://127.0.0.1:8000/graphql"] = positionals;
const twin = new Twin({ url, token: values.token, byId: values["by-id"] });
try {
  show("tree", await tree(twin, "NBR", 3));
  show(
    "table",
    await table(twin, {
      filter: { cores: { gte: 1 }, poweredBy: { some: { name: { startsWith: "PDU A" } } } },
      orderBy: [{ manufacturer: "ASC" }, { name: "DESC" }],
      first: 3,
    }),
  );
  show("every page", await everyPage(twin));
  show("blast radius", await blastRadius(twin, UPS));
  show("path", await path(twin, UPS, SERVER));
  show("edit and live updates", await editedAndHeard(twin));
  show("refused", await refused(twin));
} finally {
  await twin.close();
}
