import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findDistrust } from '../../../src/host/config-trust.ts';
import type { Place } from '../../../src/host/config-trust.ts';
import { isPrivateGroup } from '../../../src/host/private-group.ts';

const ME = 1000;
const BOB = 1001;
/** A group of nobody but me, and one of a project. */
const MINE = 1000;
const PROJECT = 100;

const directory = (uid: number, mode = 0o755, gid = uid): Place => ({ kind: 'directory', uid, gid, mode });
const file = (uid: number, mode = 0o644, gid = uid): Place => ({ kind: 'file', uid, gid, mode });
const link = (uid: number, target: string): Place => ({ kind: 'link', uid, gid: uid, mode: 0o777, target });

const SYSTEM: Readonly<Record<string, Place>> = {
  '/': directory(0),
  '/home': directory(0),
  '/tmp': directory(0, 0o1777),
};
const FILE = '/home/p/c.yaml';

function distrust(places: Readonly<Record<string, Place>>, uid = ME, path = FILE): string | undefined {
  const all = { ...SYSTEM, ...places };
  return findDistrust(path, {
    look: (name) => all[name],
    isTrustedUser: (owner) => owner === 0 || owner === uid,
    isPrivateGroup: (gid) => gid === 0 || (gid === MINE && uid === ME),
  })?.reason;
}

describe('a config file that was found is trusted', () => {
  const trusted: [name: string, places: Readonly<Record<string, Place>>, uid?: number, path?: string][] = [
    ['when all is mine', { '/home/p': directory(ME), [FILE]: file(ME) }],
    ['when all belongs to root', { '/home/p': directory(0), [FILE]: file(0) }],
    ['by root when all belongs to root', { '/home/p': directory(0), [FILE]: file(0) }, 0],
    ['when my private group can write', { '/home/p': directory(ME, 0o2775), [FILE]: file(ME, 0o664) }],
    ['when root gave it to my private group', { '/home/p': directory(0), [FILE]: file(0, 0o664, MINE) }],
    ['when it is mine in a sticky directory', { '/tmp/c': file(ME) }, ME, '/tmp/c'],
    ['below a sticky directory', { '/tmp/mine': directory(ME, 0o700), '/tmp/mine/c': file(ME) }, ME, '/tmp/mine/c'],
    [
      'through links of mine and of root',
      {
        '/home/p': link(0, 'q/./../r'),
        '/home/q': directory(ME),
        '/home/r': directory(ME),
        '/home/r/c.yaml': link(ME, '/c'),
        '/c': file(ME),
      },
    ],
  ];
  for (const [name, places, uid, path] of trusted) {
    test(name, () => {
      assert.equal(distrust(places, uid, path), undefined);
    });
  }
});

describe('a config file that was found is refused', () => {
  const mine = { '/home/p': directory(ME), [FILE]: file(ME) };
  const refused: [name: string, places: Readonly<Record<string, Place>>, reason: string, uid?: number][] = [
    ['of another user', { ...mine, [FILE]: file(BOB) }, `it belongs to user ${BOB}`],
    ['of an ordinary user, for root', mine, `directory /home/p belongs to user ${ME}`, 0],
    [
      'in a directory of another user',
      { ...mine, '/home/p': directory(BOB) },
      `directory /home/p belongs to user ${BOB}`,
    ],
    ['below one', { ...mine, '/home': directory(BOB) }, `directory /home belongs to user ${BOB}`],
    ['writable by others', { ...mine, [FILE]: file(ME, 0o646) }, 'writable by other users'],
    [
      'writable by a group',
      { ...mine, [FILE]: file(ME, 0o664, PROJECT) },
      `writable by the members of group ${PROJECT}`,
    ],
    ['sticky and writable by others', { ...mine, [FILE]: file(ME, 0o1646) }, 'writable by other users'],
    [
      'in a directory of all',
      { ...mine, '/home/p': directory(ME, 0o777) },
      'directory /home/p is writable by other users',
    ],
    [
      'below one of a group',
      { ...mine, '/home': directory(0, 0o775, PROJECT) },
      `directory /home is writable by the members of group ${PROJECT}`,
    ],
    [
      'that is a link of another user',
      { ...mine, [FILE]: link(BOB, '/tmp/c'), '/tmp/c': file(ME) },
      `it belongs to user ${BOB}`,
    ],
    [
      'that a link leads to',
      { ...mine, [FILE]: link(ME, '/tmp/c'), '/tmp/c': file(BOB) },
      `file /tmp/c belongs to user ${BOB}`,
    ],
    [
      'that a link leads to through a directory of all',
      {
        ...mine,
        '/home/p': link(ME, '/open/p'),
        '/open': directory(0, 0o777),
        '/open/p': directory(ME),
        '/open/p/c.yaml': file(ME),
      },
      'directory /open is writable by other users',
    ],
    ['that cannot be looked at', { '/home/p': directory(ME) }, 'the way to it cannot be checked'],
    ['behind a ring of links', { '/home/p': link(ME, 'p') }, 'the way to it cannot be checked'],
  ];
  for (const [name, places, reason, uid] of refused) {
    test(name, () => {
      assert.equal(distrust(places, uid), reason);
    });
  }
});

describe('a private group', () => {
  const passwd = [
    'root:x:0:0:root:/root:/bin/sh',
    'sync:x:5:0:sync:/sbin:/bin/sync',
    'me:x:1000:1000::/home/me:/bin/sh',
    'bob:x:1001:1002::/home/bob:/bin/sh',
    'eve:x:1003:1002::/home/eve:/bin/sh',
    'ann:x:1004:100::/home/ann:/bin/sh',
  ].join('\n');
  const group =
    'root:x:0:root\nme:x:1000:\nbob:x:1002:bob\nusers:x:100:\nann:x:1005:\nteam:x:1006:me\ncarl:x:1007:me\n';
  const cases: [gid: number, uid: number, isPrivate: boolean, why: string][] = [
    [1000, 1000, true, 'same number, nobody else'],
    [0, 0, true, 'accounts of the system do not count'],
    [1005, 1004, true, 'same name'],
    [1002, 1001, false, 'eve has it too'],
    [100, 1004, false, 'another name'],
    [1006, 1000, false, 'another name and number'],
    [1007, 1007, false, 'a member, and no such user'],
    [4711, 4711, false, 'not listed here'],
  ];
  for (const [gid, uid, isPrivate, why] of cases) {
    test(`${gid} is ${isPrivate ? '' : 'not '}that of user ${uid}: ${why}`, () => {
      assert.equal(isPrivateGroup(gid, uid, { group, passwd }), isPrivate);
    });
  }
});
