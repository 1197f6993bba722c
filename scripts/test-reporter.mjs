// Reporter of `npm test`: node's own (spec at a terminal, TAP elsewhere), with the names of failed tests and
// the reasons of skipped ones before the closing counts. Writes the skips to the file that ONEPROCPOOL_TEST_SKIPS names.
import { readFileSync, writeFileSync } from 'node:fs';
import { Readable, compose } from 'node:stream';
import { spec, tap } from 'node:test/reporters';

/** Each names one test, or else a reason that is good for every test. */
const entries = JSON.parse(readFileSync('test/allowed-skips.json', 'utf8'));
const allowed = new Set(entries.map(({ name }) => name));
const allowedReasons = new Set(entries.flatMap(({ name, reason }) => (name === undefined ? [reason] : [])));
const strict = process.env.CI === 'true';

async function* withSkips(events) {
  const skipped = [];
  const failed = [];
  for await (const event of events) {
    const { type, data } = event;
    if ((type === 'test:pass' || type === 'test:fail') && (data.skip || data.todo)) {
      const reason = [data.skip, data.todo].find((word) => typeof word === 'string') ?? 'no reason given';
      skipped.push({
        name: data.name,
        reason,
        refused: strict && !allowed.has(data.name) && !allowedReasons.has(reason),
      });
    }
    if (type === 'test:fail' && !data.todo && data.details.error.failureType !== 'subtestsFailed')
      failed.push(`${data.name}: ${reasonOf(data.details.error)}`);
    if (type === 'test:diagnostic' && data.nesting === 0 && /^tests \d+$/.test(data.message)) {
      for (const line of closing(skipped, failed)) yield { type: 'test:diagnostic', data: { ...data, message: line } };
    }
    yield event;
  }
  const file = process.env.ONEPROCPOOL_TEST_SKIPS;
  if (file) writeFileSync(file, JSON.stringify({ skipped, refused: skipped.filter(({ refused }) => refused) }));
}

function closing(skipped, failed) {
  return [
    ...skipped.map(({ name, reason, refused }) => `${refused ? 'SKIP NOT ALLOWED' : 'skipped'}: ${name}: ${reason}`),
    ...failed.map((name) => `FAILED: ${name}`),
  ];
}

/** The error in one line: with the whole of it only far above, a log that was cut would not tell. */
function reasonOf(error) {
  const message = String(error.cause?.message ?? error.cause ?? error.message);
  return message.replace(/\s+/g, ' ').slice(0, 500);
}

export default async function* report(events) {
  yield* process.stdout.isTTY ? compose(Readable.from(withSkips(events)), new spec()) : tap(withSkips(events));
}
