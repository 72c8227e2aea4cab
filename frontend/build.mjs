// Builds the bundles that the templates load, into src/rathaus/ui/static/ui/dist/.
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/rathaus/ui/static/ui/dist");

const kern = {
  name: "kern-scss",
  setup(build) {
    build.onResolve({ filter: /\.scss$/ }, (args) => ({ path: join(args.resolveDir, args.path), namespace: "file" }));
    build.onLoad({ filter: /\.scss$/ }, (args) => ({
      contents: sass.compile(args.path, { loadPaths: [join(here, "node_modules")], quietDeps: true, logger: sass.Logger.silent }).css,
      loader: "css",
    }));
  },
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await esbuild.build({
  entryPoints: ["app", "process-viewer"]
    .flatMap((name) => [
      { in: join(here, `src/scripts/${name}.js`), out: name },
      { in: join(here, `src/styles/${name}.css`), out: name },
    ])
    .concat({ in: join(here, "src/scripts/webauthn.js"), out: "webauthn" }),
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020", "chrome109", "firefox115", "safari16"],
  loader: { ".woff2": "file", ".woff": "file", ".ttf": "file", ".eot": "file", ".svg": "file" },
  assetNames: "fonts/[name]-[hash]",
  legalComments: "linked",
  plugins: [kern],
  logLevel: "warning",
});
