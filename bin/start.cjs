// The first JavaScript that runs: says in words that any Node.js understands when it is too old.
'use strict';
var version = process.versions.node.split('.').map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  process.stderr.write(
    'oneprocpool: Expected Node.js 20.19 or newer, found ' + process.versions.node + ' (' + process.execPath + ')\n\n' +
      'hint: install a newer Node.js, or set ONEPROCPOOL_NODE to the path of one\n'
  );
  process.exit(125);
}
require('../dist/main.cjs');
