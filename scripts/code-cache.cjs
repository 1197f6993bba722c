// Runs the program in this process and stores V8's compiled code of every part that was loaded.
// Usage: node scripts/code-cache.cjs ARG...   (the arguments are the program's)
'use strict';
process.env.ONEPROCPOOL_SHIM = 'build';
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { loadPart, scripts } = require('../bin/start.cjs');

process.env.ONEPROCPOOL_SHIM = process.argv.includes('--exec') ? 'exec' : 'run';
process.on('exit', () => {
  // Now, at the end, the functions are in it that were compiled when they were called.
  for (const [file, script] of scripts) writeFileSync(`${file}.cache`, script.createCachedData());
});
loadPart(join(__dirname, '../dist/main.cjs'));
