/** How the page looks: on a screen of any width, by day and by night, and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2128; --soft: #57606a; --line: #d5dae0; --page: #fff; --panel: #f6f8fa;
  --good: #1a6d36; --bad: #b3261e; --warn: #8a5a00; --area: #9db8d6; --over: #e0a39b; --limit: #1c2128; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #a3acb8; --line: #39414b; --page: #14171b;
  --panel: #1d2126; --good: #6cc78b; --bad: #ff8f86; --warn: #e3b341; --area: #3d5878; --over: #8c3f38; --limit: #e6e9ee; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 64rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; } h2 { margin: 2.25rem 0 .75rem; font-size: 1.2rem; }
h3 { margin: 0; font-size: 1rem; } p { margin: .4rem 0; }
code, pre { font: .9em/1.4 ui-monospace, monospace; } pre { margin: .75rem 0; padding: .6rem .8rem; background: var(--panel);
  border-radius: .4rem; white-space: pre-wrap; }
.soft { color: var(--soft); } .within { color: var(--good); } .exceeded, .error { color: var(--bad); } .warning { color: var(--warn); }
header { padding-bottom: 1.25rem; border-bottom: 1px solid var(--line); }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1rem 0 0; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-weight: 600; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: 500; font-size: .85rem; overflow-wrap: normal; } tr.decides td { font-weight: 600; }
.number { text-align: right; white-space: nowrap; } .number + .text { padding-left: 1rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
figure { margin: 0; padding: .75rem; background: var(--panel); border-radius: .4rem; break-inside: avoid; }
figcaption p { margin: 0; font-size: .85rem; } figure svg { display: block; width: 100%; height: 5.5rem; margin: .4rem 0 .1rem; }
.scale { display: flex; justify-content: space-between; color: var(--soft); font-size: .8rem; }
.area { fill: var(--area); } .over { fill: var(--over); } .limit { stroke: var(--limit); stroke-dasharray: 5 4; }
.floor { stroke: var(--line); } .limit, .floor { stroke-width: 1; vector-effect: non-scaling-stroke; }
ul.findings { list-style: none; margin: 0; padding: 0; }
ul.findings li { padding: .6rem 0; border-bottom: 1px solid var(--line); break-inside: avoid; }
.findings strong { font-weight: 600; }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .85rem; }
@media (min-width: 34rem) { td:first-child code { white-space: nowrap; } }
@media (max-width: 34rem) {
  table.stack thead { display: none; } table.stack tr { display: block; padding: .4rem 0; border-bottom: 1px solid var(--line); }
  table.stack td { display: flex; justify-content: space-between; gap: 1rem; padding: .1rem 0; border: 0; text-align: right; white-space: normal; }
  table.stack td::before { content: attr(data-name); color: var(--soft); font-weight: 400; text-align: left; flex: none; }
}
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --page: #fff; --panel: #fff; --good: #000;
  --bad: #000; --warn: #000; --area: #ccc; --over: #888; --limit: #000; } body { max-width: none; padding: 0; font-size: 10pt; }
  figure { border: 1px solid var(--line); } h2 { break-after: avoid; } }
`;
