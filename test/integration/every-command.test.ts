/** Every command of the command table runs to its end with the program under test. */
import { describe } from 'node:test';
import { testEveryCommand } from '../support/every-command.ts';
import { PROGRAM } from '../support/project.ts';

describe('the built program', () => {
  testEveryCommand(() => ({ file: PROGRAM }));
});
