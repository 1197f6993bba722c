import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findDistrust } from '../../../src/host/config-trust.ts';
import type { FileOwnership } from '../../../src/host/config-trust.ts';

const own = (uid: number, mode: number, gid = uid): FileOwnership => ({ uid, gid, mode });

describe('a config file that was found', () => {
  const cases: [
    name: string,
    uid: number,
    file: FileOwnership,
    directory: FileOwnership,
    distrust: RegExp | undefined,
  ][] = [
    ['of root in a directory of root serves root', 0, own(0, 0o644), own(0, 0o755), undefined],
    ['of root in /tmp serves root', 0, own(0, 0o644), own(0, 0o1777), undefined],
    ['that its group root can write serves root', 0, own(0, 0o664), own(0, 0o775), undefined],
    ['of another user does not serve root', 0, own(1000, 0o644), own(0, 0o755), /belongs to user 1000/],
    [
      'in a directory of another user does not serve root',
      0,
      own(0, 0o644),
      own(1000, 0o755),
      /directory that belongs to user 1000/,
    ],
    ['that a group can write does not serve root', 0, own(0, 0o664, 100), own(0, 0o755), /members of a group/],
    [
      'in a directory that a group can write does not serve root',
      0,
      own(0, 0o644),
      own(0, 0o775, 100),
      /members of a group/,
    ],
    ['that everybody can write serves nobody', 1000, own(1000, 0o646), own(1000, 0o755), /every user/],
    [
      'in a directory that everybody can write serves nobody',
      1000,
      own(1000, 0o644),
      own(1000, 0o777),
      /directory that every user/,
    ],
    ['of oneself serves oneself', 1000, own(1000, 0o644), own(1000, 0o755), undefined],
    ['of root serves everybody', 1000, own(0, 0o644), own(0, 0o755), undefined],
    ['of oneself in /tmp serves oneself', 1000, own(1000, 0o644), own(0, 0o1777), undefined],
    ['that somebody put into /tmp serves nobody else', 1000, own(1001, 0o644), own(0, 0o1777), /belongs to user 1001/],
    ['of a colleague in a shared project serves a user', 1000, own(1001, 0o664, 100), own(1001, 0o775, 100), undefined],
  ];
  for (const [name, uid, file, directory, distrust] of cases) {
    test(name, () => {
      const found = findDistrust({ file, link: own(file.uid, 0o777), directory }, uid);
      if (distrust === undefined) assert.equal(found, undefined);
      else assert.match(found ?? 'trusted', distrust);
    });
  }

  test('through a link of another user does not serve root', () => {
    assert.match(
      findDistrust({ file: own(0, 0o644), link: own(1000, 0o777), directory: own(0, 0o1777) }, 0) ?? 'trusted',
      /belongs to user 1000/,
    );
  });
});
