// Bundles index.jsx into one script and one stylesheet: `node bundle.mjs [--outdir=FOLDER]`.
import { build } from "esbuild";

const asked = process.argv.find((argument) => argument.startsWith("--outdir="));
await build({
  entryPoints: ["index.jsx"],
  outdir: asked ? asked.slice("--outdir=".length) : "../static/graphiql",
  bundle: true,
  minify: true,
  target: ["es2022"],
  jsx: "automatic",
  legalComments: "linked",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".woff": "dataurl", ".woff2": "dataurl", ".ttf": "dataurl", ".svg": "dataurl" },
});
