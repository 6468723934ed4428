/** Inputs that break programs, each under a name that a failing test can print. */
export const NAUGHTY: Record<string, unknown> = {
  'nothing': undefined,
  'empty': '',
  'null': null,
  'spaces': '   ',
  'NUL character': 'a\u0000b',
  'lone surrogate': '\ud800',
  'emoji': '👩‍👩‍👧‍👦🏳️‍🌈',
  'right to left': 'مرحبا \u202etxt.exe',
  'script': '"><script>alert(1)</script>',
  'template': '{{ 7 * 7 }} ${7*7} <%= 7 %> {{{ globals }}}',
  'SQL': `'; drop table users; --`,
  'path': '../../../../etc/passwd\u0000.png',
  'formula': '=cmd|calc!A1',
  'very long': 'x'.repeat(100_000),
  'many lines': '\r\n'.repeat(5_000),
  'big number': '99999999999999999999999999',
  'negative': '-1',
  'exponent': '1e309',
  'not a number': 'NaN',
  'hexadecimal': '0x7fffffffffffffff',
  'list': ['a', 'b'],
  'object': { a: { b: 'c' } },
  'prototype': { __proto__: { admin: true }, constructor: { prototype: {} } },
  'boolean': true,
  'number': 2 ** 53,
  'date': '9999-99-99',
  'old date': '-271821-04-20',
  'id': 'not-an-id',
}

/** Kinds that are tried field by field while the other fields are valid. */
export const NAUGHTY_ALONE = ['NUL character', 'very long', 'big number', 'list', 'date']
