// As much of WASI as a test program needs in a browser: arguments, environment, clocks, random bytes, output and the end. There
// are no files; any other call is refused with "not supported".
const ERROR = { BAD_FILE: 8, NO_ENTRY: 44, NO_SYSTEM_CALL: 52 };

class Exit extends Error {
    constructor(code) {
        super("exit " + code);
        this.code = code;
    }
}

// Runs a program's main. module: a WebAssembly.Module; args: its name first; env: ["NAME=VALUE"]; write(bytes) gets its output,
// both streams in one. Returns the exit code; a trap is thrown.
export async function run(module, args, env, write) {
    let memory = null;
    const view = () => new DataView(memory.buffer);
    const bytes = (at, count) => new Uint8Array(memory.buffer, at, count);
    const encoded = (texts) => texts.map((text) => new TextEncoder().encode(text + "\0"));

    function sizes(texts) {
        return (countAt, bytesAt) => {
            const all = encoded(texts);
            view().setUint32(countAt, all.length, true);
            view().setUint32(bytesAt, all.reduce((sum, text) => sum + text.length, 0), true);
            return 0;
        };
    }

    function copies(texts) {
        return (pointersAt, textAt) => {
            for (const text of encoded(texts)) {
                view().setUint32(pointersAt, textAt, true);
                bytes(textAt, text.length).set(text);
                pointersAt += 4;
                textAt += text.length;
            }
            return 0;
        };
    }

    const calls = {
        args_sizes_get: sizes(args),
        args_get: copies(args),
        environ_sizes_get: sizes(env),
        environ_get: copies(env),
        clock_time_get(clock, precision, at) {          // 0: since 1970, else: since the page began; nanoseconds
            const now = clock === 0 ? Date.now() : performance.now();
            view().setBigUint64(at, BigInt(Math.round(now * 1e3)) * 1000n, true);
            return 0;
        },
        random_get(at, count) {
            for (let done = 0; done < count; done += 65536)     // more at a time crypto refuses
                crypto.getRandomValues(bytes(at + done, Math.min(65536, count - done)));
            return 0;
        },
        fd_write(file, buffersAt, count, writtenAt) {
            if (file !== 1 && file !== 2) return ERROR.BAD_FILE;
            let written = 0;
            for (let i = 0; i < count; i++) {
                const at = view().getUint32(buffersAt + 8 * i, true), length = view().getUint32(buffersAt + 8 * i + 4, true);
                write(bytes(at, length).slice());
                written += length;
            }
            view().setUint32(writtenAt, written, true);
            return 0;
        },
        fd_fdstat_get(file, at) {                       // a character device that may be written
            if (file > 2) return ERROR.BAD_FILE;
            bytes(at, 24).fill(0);
            view().setUint8(at, 2);
            view().setBigUint64(at + 8, file ? 64n : 2n, true);
            return 0;
        },
        fd_read(file, buffersAt, count, readAt) {       // standard input is at its end
            if (file !== 0) return ERROR.BAD_FILE;
            view().setUint32(readAt, 0, true);
            return 0;
        },
        fd_close: (file) => (file > 2 ? ERROR.BAD_FILE : 0),
        fd_prestat_get: () => ERROR.BAD_FILE,           // no folder is open
        path_open: () => ERROR.NO_ENTRY,
        sched_yield: () => 0,
        proc_exit(code) {
            throw new Exit(code);
        },
    };
    const imports = {};
    for (const wanted of WebAssembly.Module.imports(module)) {
        imports[wanted.module] = imports[wanted.module] || {};
        imports[wanted.module][wanted.name] = calls[wanted.name] || (() => ERROR.NO_SYSTEM_CALL);
    }
    const instance = await WebAssembly.instantiate(module, imports);
    memory = instance.exports.memory;
    try {
        instance.exports._start();
    } catch (error) {
        if (error instanceof Exit) return error.code;
        throw error;
    }
    return 0;
}
