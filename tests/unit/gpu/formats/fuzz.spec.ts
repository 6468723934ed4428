import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { GgufError, GgufTruncated, NeedMoreBytes } from '#gpu/formats/gguf/header_cursor'
import { parseGgufHeader } from '#gpu/formats/gguf/parse_header'
import { PickleError } from '#gpu/formats/pytorch/pickle_error'
import { PytorchFile } from '#gpu/formats/pytorch/pytorch_file'
import { tensorsOf } from '#gpu/formats/pytorch/state_dict'
import { placeTensor } from '#gpu/formats/pytorch/strided'
import { unpickle } from '#gpu/formats/pytorch/unpickle'
import { parseHeader } from '#gpu/formats/safetensors/parse_header'
import { readOnnxSummary } from '#gpu/onnx/summary'
import { ModelError } from '#gpu/shared/errors'
import { SeededRandom } from '#shared/random'
import { mutate } from '#tests/helpers/models/mutate'
import { rawGguf } from '#tests/helpers/models/raw_gguf'
import { rawOnnx } from '#tests/helpers/models/raw_onnx'
import { f32, rawSafetensors } from '#tests/helpers/models/raw_safetensors'
import { scratchFolder } from '#tests/helpers/models/scratch'
import { statePickle, torchZip } from '#tests/helpers/models/torch_zip'

/** 10,000 in all. Readers of files take longer than readers of bytes. */
const ROUNDS = { safetensors: 3500, gguf: 3500, pickle: 2400, zip: 300, onnx: 300 }

/** What a reader may throw; anything else would be a crash. */
const EXPECTED = [ModelError, PickleError, GgufError, GgufTruncated, NeedMoreBytes]

/** A header of a few hundred bytes has no reason to cost more. */
const MOST_BYTES = 400 * 1024 * 1024

const dense = { storage: 'FloatStorage', shape: [2, 3], stride: [3, 1] }
const PICKLE = statePickle([
  { name: 'a', key: '0', count: 6, ...dense },
  { name: 'b', key: '1', count: 12, ...dense, offset: 6 },
])

const SAFETENSORS = rawSafetensors(
  { __metadata__: { format: 'pt' }, a: f32([2, 3], 0, 24), b: f32([], 24, 28) },
  28
)

const GGUF = rawGguf({
  pairs: [
    ['general.architecture', [8, 'llama']],
    ['llama.block_count', [4, 2]],
    ['tokenizer.ggml.tokens', [9, [8, ['a', 'b', 'c']]]],
    ['tokenizer.ggml.scores', [9, [6, [0, 1, 2]]]],
  ],
  tensors: [
    { name: 'a', ne: [32, 2], type: 2, offset: 0 },
    { name: 'b', ne: [4], type: 0, offset: 64 },
  ],
  data: 96,
})

test.group('Mutated headers', (group) => {
  let before = 0
  group.each.setup(() => {
    before = process.memoryUsage.rss()
  })

  test('safetensors, GGUF and pickles: no crash, no unbounded memory', ({ assert }) => {
    const seeds = [SAFETENSORS, GGUF, PICKLE]
    const random = new SeededRandom(20261125)
    const readers: [number, Buffer, (bytes: Buffer) => void][] = [
      [ROUNDS.safetensors, SAFETENSORS, (bytes) => readSafetensors(bytes)],
      [ROUNDS.gguf, GGUF, (bytes) => parseGgufHeader(bytes, bytes.length)],
      [ROUNDS.pickle, PICKLE, readPickle],
    ]
    for (const [rounds, seed, read] of readers) {
      let refused = 0
      for (let round = 0; round < rounds; round++) {
        const bytes = mutate(random, seed, seeds)
        try {
          read(bytes)
        } catch (error) {
          if (!isExpected(error)) throw error
          refused++
        }
      }
      // Most faults are found; some change only a name or a weight.
      assert.isAbove(refused, rounds / 2)
    }
    assert.isBelow(process.memoryUsage.rss() - before, MOST_BYTES)
  })

  test('zips and ONNX files: no crash, no unbounded memory', async ({ assert, ...context }) => {
    const storages = { 0: Buffer.alloc(24), 1: Buffer.alloc(48) }
    const zip = await torchZip(PICKLE, storages)
    const onnx = rawOnnx()
    const random = new SeededRandom(7)
    const path = join(scratchFolder(context.test), 'model')
    const readers: [number, Buffer, () => Promise<void>][] = [
      [ROUNDS.zip, zip, () => PytorchFile.open(path).then((file) => file.close())],
      [ROUNDS.onnx, onnx, async () => void readOnnxSummary(path)],
    ]
    for (const [rounds, seed, read] of readers) {
      let refused = 0
      for (let round = 0; round < rounds; round++) {
        writeFileSync(path, mutate(random, seed, [zip, onnx, GGUF]))
        try {
          await read()
        } catch (error) {
          if (!isExpected(error)) throw error
          refused++
        }
      }
      assert.isAbove(refused, rounds / 4)
    }
    assert.isBelow(process.memoryUsage.rss() - before, MOST_BYTES)
  })

  test('small files that would become large in memory are refused', ({ assert }) => {
    // A million dictionaries of a byte each.
    const dictionaries = Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(1_000_000, '}')])
    assert.throws(() => unpickle(dictionaries), /more objects/)
    // A list of a billion texts, in a file that would have room for their lengths.
    const list = rawGguf({ pairs: [['a', [9, [8, []]]]] })
    list.writeBigUInt64LE(2n ** 30n, 41)
    assert.throws(() => parseGgufHeader(list, 2 ** 40), /items/)
    // A property count that only the size of the file would bound.
    const counted = rawGguf({ pairCount: 2n ** 32n })
    assert.throws(() => parseGgufHeader(counted, 2 ** 40), /more entries/)
    assert.isBelow(process.memoryUsage.rss() - before, MOST_BYTES)
  })
})

function readSafetensors(bytes: Buffer) {
  const length = bytes.length < 8 ? 0n : bytes.readBigUInt64LE(0)
  if (length > BigInt(bytes.length - 8)) throw new NeedMoreBytes()
  const end = 8 + Number(length)
  parseHeader(bytes.subarray(8, end), bytes.length - end, 'model.safetensors')
}

function readPickle(bytes: Buffer) {
  for (const [name, tensor] of tensorsOf(unpickle(bytes).value)) placeTensor(name, tensor)
}

function isExpected(error: unknown): boolean {
  return EXPECTED.some((type) => error instanceof type)
}
