// Runs a WebAssembly program as if it were a native one: node --no-warnings run_node.mjs PROGRAM.wasm [ARGUMENTS] (before version 20 with
// --experimental-wasi-unstable-preview1). It sees the folder it is started in, /tmp and the environment; its exit code is handed on.
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const [program, ...words] = process.argv.slice(2);
const wasi = new WASI({ version: "preview1", args: [program, ...words], env: process.env, returnOnExit: true,
                        preopens: { ".": process.cwd(), "/tmp": "/tmp" } });
const module = await WebAssembly.compile(readFileSync(program));
const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport });
let code = 128;                         // a trap
try {
    code = wasi.start(instance);
} catch (error) {
    console.log(error.stack || String(error));
}
process.exitCode = code;
