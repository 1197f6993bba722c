// A third of the set, written by somebody who has not read src/verify/ and does not know how the verdict is made.
// Only this is needed: the format and the functions that write rows (format.mjs), the shapes of the engine (../truth/shapes.mjs), the programs in ../programs
// (more may be added), and `node test/proof/run.mjs --list`, which shows the truth of each row. Aim: 70 rows, half of them
// innocent, W = 1, 2, 4, programs as people have them: servers, builds, test runners, pools, data work, tools.
export const BLIND = [];
