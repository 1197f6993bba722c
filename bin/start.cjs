// The first JavaScript that runs: says in words that any Node.js understands when it is too old, then loads
// the program. The build keeps V8's compiled code beside each part (FILE.cache): with it a start compiles
// nothing. V8 itself refuses a cache of another version or other flags, and then compiles as always.
'use strict';
// Before anything else: while nobody listens to SIGUSR1, Node.js opens its debugger on it. The relay takes over.
process.once('SIGUSR1', () => {
  const { ONEPROCPOOL_SHIM_IGNORED: mask = '0' } = process.env;
  const isIgnored = (parseInt(mask.slice(-3), 16) & 0x200) !== 0;
  if (!isIgnored && process.listenerCount('SIGUSR1') === 0) process.kill(process.pid, 'SIGUSR1');
});
const versions = process.versions;
const version = versions.node.split('.').map(Number);
// bun and deno call themselves a Node.js, and their processes behave otherwise.
const other =
  versions.bun !== undefined ? 'bun ' + versions.bun : versions.deno !== undefined ? 'deno ' + versions.deno : '';
if (other !== '' || version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  process.stderr.write(
    'oneprocpool: Expected Node.js 20.19 or newer, found ' +
      (other || versions.node) +
      ' (' +
      process.execPath +
      ')\n\n' +
      'hint: install a newer Node.js, or set ONEPROCPOOL_NODE to the path of one\n',
  );
  process.exit(125);
}

const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

/** Compiled parts by file, for the build, which stores their code after a run. */
const scripts = new Map();
const loaded = new Map();

function loadPart(file) {
  const known = loaded.get(file);
  if (known !== undefined) return known.exports;
  const source = '(function(exports,require,module,__filename,__dirname){' + readFileSync(file, 'utf8') + '\n})';
  const script = new Script(source, { filename: file, cachedData: readCache(file) });
  scripts.set(file, script);
  const module = { exports: {} };
  loaded.set(file, module);
  const directory = dirname(file);
  const requirePart = (name) => (name.startsWith('.') ? loadPart(join(directory, name)) : require(name));
  script.runInThisContext().call(module.exports, module.exports, requirePart, module, file, directory);
  return module.exports;
}

function readCache(file) {
  try {
    return readFileSync(file + '.cache');
  } catch {
    return undefined;
  }
}

function start(main) {
  try {
    loadPart(main);
  } catch (error) {
    process.stderr.write(
      'oneprocpool: cannot load its own files: ' +
        error.message +
        '\n\nhint: ' +
        (error.code === 'EMFILE'
          ? 'raise the limit of open files (`ulimit -n`)'
          : 'install it again, where this user can read it') +
        '\n',
    );
    process.exit(125);
  }
}

const main = join(__dirname, '../dist/main.cjs');
if (process.env.ONEPROCPOOL_SHIM === 'build') module.exports = { loadPart, scripts };
// The shim asks whether node can run here at all.
else if (process.env.ONEPROCPOOL_SHIM === 'try') readFileSync(main);
else start(main);
