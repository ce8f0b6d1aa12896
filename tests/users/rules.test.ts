import { describe, expect, it } from 'vitest';
import { isUsername, passwordProblems } from '../../src/users/rules.ts';

describe('a new password', () => {
  it.each([
    ['a long sentence', []],
    ['ก้าวหน้า', []],
    ['xk7#mQ2p', []],
    ['short7!', ['tooShort']],
    ['', ['tooShort']],
    ['กขค', ['tooShort']],
    ['กขคง', []],
    ['ก'.repeat(24), ['tooCommon']],
    ['กข'.repeat(12), []],
    [`${'กข'.repeat(12)}x`, ['passwordTooLong']],
    ['PASSWORD123', ['tooCommon']],
    ['zzzzzzzzzzz', ['tooCommon']],
    ['Somjai2562', ['isUsername']],
  ])('%j: %j', (password, problems) => {
    expect(passwordProblems(password, 'somjai2562', 8)).toEqual(problems);
  });

  it('may have to be longer by a setting', () => {
    expect(passwordProblems('xk7#mQ2p', 'a', 12)).toEqual(['tooShort']);
  });
});

describe('a username', () => {
  it('has letters or digits, at most 20', () => {
    for (const good of ['8101', 'a', 'A'.repeat(20)]) expect(isUsername(good)).toBe(true);
    for (const bad of ['', 'a b', 'a.b', 'สมใจ', 'A'.repeat(21), 'a\n']) expect(isUsername(bad)).toBe(false);
  });
});
