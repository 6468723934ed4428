import { test } from '@japa/runner'
import {
  csvLine,
  detectDelimiter,
  detectEncoding,
  UnreadableCsv,
  foldHeader,
  readCsv,
} from '#shared/csv/index'

async function* bytes(...chunks: (Buffer | string)[]) {
  for (const chunk of chunks) yield Buffer.from(chunk as string)
}

async function readAll(...chunks: (Buffer | string)[]) {
  const file = await readCsv(bytes(...chunks))
  const rows: string[][] = []
  const lines: number[] = []
  for await (const row of file.rows) {
    rows.push(row.values)
    lines.push(row.line)
  }
  return { ...file, rows, lines }
}

function utf16(text: string, { bigEndian = false, mark = true } = {}) {
  const buffer = Buffer.from(mark ? `\uFEFF${text}` : text, 'utf16le')
  return bigEndian ? buffer.swap16() : buffer
}

const accents = 'prénom;ville\r\nZoé;Besançon\r\n'
const windows1252 = Buffer.from(`${accents}`, 'latin1')

test.group('CSV encoding', () => {
  test('{label}')
    .with([
      { label: 'UTF-8 with mark', sample: Buffer.from(`\uFEFF${accents}`), is: 'utf-8' },
      { label: 'UTF-8 without mark', sample: Buffer.from(accents), is: 'utf-8' },
      { label: 'ASCII', sample: Buffer.from('a,b\n1,2\n'), is: 'utf-8' },
      { label: 'Windows-1252', sample: windows1252, is: 'windows-1252' },
      { label: 'UTF-16 little endian', sample: utf16(accents), is: 'utf-16le' },
      { label: 'UTF-16 big endian', sample: utf16(accents, { bigEndian: true }), is: 'utf-16be' },
      { label: 'UTF-16 without mark', sample: utf16(accents, { mark: false }), is: 'utf-16le' },
      { label: 'UTF-8 cut in a character', sample: Buffer.from('é').subarray(0, 1), is: 'utf-8' },
      { label: 'nothing', sample: Buffer.alloc(0), is: 'utf-8' },
    ] as const)
    .run(({ assert }, { sample, is }) => {
      assert.equal(detectEncoding(sample), is)
    })

  test('reads the euro sign and typographic quotes of Windows-1252', async ({ assert }) => {
    const { rows } = await readAll(Buffer.from([0x61, 0x0a, 0x80, 0x92, 0xe9, 0x0a]))
    assert.deepEqual(rows, [['€’é']])
  })

  test('settles on Windows-1252 when the first accent comes late', async ({ assert }) => {
    const { rows } = await readAll('a,b\n', 'x,y\n'.repeat(20_000), Buffer.from([0xe9, 0x2c, 0x31]))
    assert.deepEqual(rows.at(-1), ['é', '1'])
  })

  test('joins characters that are cut between chunks', async ({ assert }) => {
    const whole = Buffer.from(`a\n${'é'.repeat(70_000)}\n`)
    const parts = Array.from({ length: Math.ceil(whole.length / 7) }, (_, index) =>
      whole.subarray(index * 7, index * 7 + 7)
    )
    const { rows } = await readAll(...parts)
    assert.equal(rows[0]?.[0], 'é'.repeat(70_000))
  })
})

test.group('CSV delimiter', () => {
  test('{label}')
    .with([
      { label: 'comma', text: 'a,b\n1,2\n', is: ',' },
      { label: 'semicolon with decimal commas', text: 'a;b\n1,5;2,5\n3,1;4,2\n', is: ';' },
      { label: 'tab', text: 'a\tb\n1, 2\t3\n', is: '\t' },
      { label: 'pipe', text: 'a|b|c\n1|2|3\n', is: '|' },
      { label: 'commas inside quotes', text: 'a;b\n"x, y, z";2\n"u, v, w";3\n', is: ';' },
      { label: 'one column', text: 'email\na@b.fr\n', is: ',' },
      { label: 'told by Excel', text: 'sep=;\na,b;c\n', is: ';' },
      { label: 'ragged rows', text: 'a,b,c\n1,2,3\n1,2\n1,2,3\n', is: ',' },
    ] as const)
    .run(({ assert }, { text, is }) => {
      assert.equal(detectDelimiter(text), is)
    })
})

test.group('CSV records', () => {
  test('keeps quotes, delimiters and line ends inside quoted fields', async ({ assert }) => {
    const { headers, rows, lines } = await readAll('a,b\r\n1,"ha \r\n""ha"", ha"\r\n\r\n3,4\r\n')
    assert.deepEqual(headers, ['a', 'b'])
    assert.deepEqual(rows, [
      ['1', 'ha \r\n"ha", ha'],
      ['3', '4'],
    ])
    assert.deepEqual(lines, [2, 5])
  })

  test('names blank and doubled headers', async ({ assert }) => {
    const { headers } = await readAll('\uFEFFa,,a\n1,2,3\n')
    assert.deepEqual(headers, ['a', '#2', 'a (2)'])
  })

  test('keeps short and long records and drops blank ones', async ({ assert }) => {
    const { rows } = await readAll('a,b\n1\n , \n1,2,3\n')
    assert.deepEqual(rows, [['1'], ['1', '2', '3']])
  })

  test('tolerates stray quotes and zero characters', async ({ assert }) => {
    const { rows } = await readAll('a,b\n5" pipe,x\0y\n')
    assert.deepEqual(rows, [['5" pipe', 'xy']])
  })

  test('says {reason}')
    .with([
      { reason: 'empty', content: '' },
      { reason: 'empty', content: '\n\n' },
      { reason: 'binary', content: 'PK\u0003\u0004xl/workbook.xml' },
      { reason: 'unclosed_quote', content: 'a,b\n1,"open\n2,3\n' },
      { reason: 'record_too_large', content: `a,b\n1,"${'x'.repeat(1_100_000)}` },
    ])
    .run(async ({ assert }, { reason, content }) => {
      const error = await readAll(content).then(
        () => null,
        (caught) => caught
      )
      assert.instanceOf(error, UnreadableCsv)
      assert.equal(error.reason, reason)
    })
})

test.group('CSV headers and lines', () => {
  test('folds spellings of a header', ({ assert }) => {
    assert.equal(foldHeader('Prénom'), 'prenom')
    assert.equal(foldHeader('FirstName'), 'first name')
    assert.equal(foldHeader('E-mail (pro)'), 'e mail pro')
    assert.equal(foldHeader('Straße'), 'strasse')
  })

  test('writes a line that no spreadsheet runs', ({ assert }) => {
    assert.equal(
      csvLine(['=1+1', '+33612345678', '-5', 'a;"b', null, '@x'], ';'),
      `'=1+1;+33612345678;-5;"a;""b";;'@x\r\n`
    )
    assert.equal(
      csvLine(['-2+3+cmd|x', "+(HYPERLINK('x'))", '+33 (0)1 23-45', '-12,50'], ';'),
      `'-2+3+cmd|x;'+(HYPERLINK('x'));+33 (0)1 23-45;-12,50\r\n`
    )
  })
})
