import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { cutSamples, readCalibrationText } from '#gpu/calibration/text'

test.group('Calibration text', (group) => {
  let folder: string

  group.setup(async () => {
    folder = await mkdtemp(join(tmpdir(), 'text-'))
    return () => rm(folder, { recursive: true })
  })

  async function read(content: string | Buffer) {
    const path = join(folder, 'text.txt')
    await writeFile(path, content)
    return readCalibrationText(path)
  }

  test('the bundled one is there, varied and marked', async ({ assert }) => {
    const { text, source, notes } = await readCalibrationText()
    assert.equal(source, 'bundled')
    assert.deepEqual(notes, [])
    assert.isAbove(text.length, 60_000)
    for (const word of [' the ', ' est ', ' und ', ' que ', ' della ', 'SELECT']) {
      assert.include(text, word)
    }
  })

  test('other encodings are read and told', async ({ assert }) => {
    const latin = await read(Buffer.from('Où est passée la théière ?', 'latin1'))
    assert.include(latin.text, 'théière')
    assert.equal(latin.notes[0]!.code, 'calibration_text_encoding')
    const wide = await read(Buffer.from('\uFEFFOù est la théière ?', 'utf16le'))
    assert.include(wide.text, 'théière')
    assert.equal(wide.notes[0]!.params.encoding, 'UTF-16')
  })

  test('what is no text is refused, what repeats is told', async ({ assert }) => {
    await assert.rejects(() => read(Buffer.from([80, 75, 3, 4, 0, 0, 1])), /not plain text/)
    await assert.rejects(() => read(' \n '), /empty/)
    const { notes } = await read('The same line again and again.\n'.repeat(50))
    assert.equal(notes[0]!.code, 'calibration_text_repeats')
    assert.equal(notes[0]!.params.percent, 98)
  })

  test('samples do not overlap and are spread over the text', ({ assert }) => {
    const tokens = Int32Array.from({ length: 1000 }, (_, i) => i + 10)
    const even = cutSamples(tokens, { samples: 4, seqLen: 100, bos: 1 })
    assert.deepEqual(even.notes, [])
    assert.deepEqual(
      even.samples.map((sample) => [sample[0], sample[1], sample.length]),
      [0, 200, 500, 700].map((start) => [1, start + 11, 100])
    )
    const first = cutSamples(tokens, { samples: 2, seqLen: 100, bos: null, choose: 'first' })
    assert.deepEqual([first.samples[1]![0], first.samples.length], [110, 2])
  })

  test('too little text is told, next to none refused', ({ assert }) => {
    const little = cutSamples(new Int32Array(150), { samples: 4, seqLen: 100, bos: null })
    assert.deepEqual([little.samples.length, little.notes[0]!.code], [1, 'calibration_text_short'])
    const short = cutSamples(new Int32Array(60), { samples: 4, seqLen: 100, bos: null })
    assert.deepEqual([short.samples[0]!.length, short.notes.length], [60, 1])
    const none = { samples: 4, seqLen: 100, bos: null }
    assert.throws(() => cutSamples(new Int32Array(5), none), /only 5 tokens/)
  })
})
