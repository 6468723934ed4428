import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { OutputDifference } from '#gpu/evaluation/graph/compare_outputs'
import { givenSamples } from '#gpu/evaluation/graph/given_samples'
import { SIZES, makeSample } from '#gpu/evaluation/graph/made_samples'
import { readOnnxModel } from '#gpu/onnx/read_model'
import { floats, node, noise, rawModel, type RawValue } from '#tests/helpers/models/onnx_builder'
import { scratchFolder } from '#tests/helpers/models/scratch'
import { zipOf } from '#tests/helpers/models/torch_zip'

/** The graph of a model with these inputs and a table of 7 rows that `input_ids` index. */
function graphOf(folder: string, inputs: RawValue[]) {
  const path = join(folder, 'model.onnx')
  const model = rawModel({
    nodes: [
      node('Cast', ['input_ids'], ['ids'], { to: 7 }),
      node('Gather', ['table', 'ids'], ['y']),
    ],
    initializers: [floats('table', [7, 2], noise(14))],
    inputs,
    outputs: [['y', 1]],
  })
  writeFileSync(path, model)
  const { graph, file } = readOnnxModel(path)
  file.close()
  return graph
}

/** A NumPy array, version 1 of its format. */
function npy(descr: string, dims: number[], data: Buffer): Buffer {
  const shape = dims.length === 1 ? `${dims[0]},` : dims.join(', ')
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }\n`
  const head = Buffer.from(`\x93NUMPY\x01\x00\0\0${header}`, 'latin1')
  head.writeUInt16LE(header.length, 8)
  return Buffer.concat([head, data])
}

test.group('Sample inputs', () => {
  test('are made to make sense', ({ assert, ...context }) => {
    const graph = graphOf(scratchFolder(context.test), [
      ['input_ids', 7, ['batch', 'sequence']],
      ['attention_mask', 7, ['batch', 'past_sequence + sequence']],
      ['token_type_ids', 7, ['batch', 'sequence']],
      ['position_ids', 7, ['batch', 'sequence']],
      ['past', 1, [2, 'batch', 4, 'past_sequence', 8]],
      ['pixels', 1, ['batch', 3, 'height', 32]],
      ['on', 9, []],
    ])
    const sample = makeSample(graph, graph.inputs, SIZES[1]!, 1)!
    const values = (name: string) => Array.from(sample.get(name)!.data as Iterable<number>, Number)
    assert.deepEqual(sample.get('input_ids')!.dims, [1, 16])
    assert.isTrue(values('input_ids').every((id) => id >= 0 && id < 7))
    assert.isAbove(new Set(values('input_ids')).size, 3)
    assert.deepEqual(sample.get('attention_mask')!.dims, [1, 20])
    assert.deepEqual(values('attention_mask'), new Array<number>(20).fill(1))
    assert.deepEqual(new Set(values('token_type_ids')), new Set([0]))
    assert.deepEqual(values('position_ids').slice(0, 3), [4, 5, 6])
    assert.deepEqual(sample.get('past')!.dims, [2, 1, 4, 4, 8])
    assert.deepEqual(sample.get('pixels')!.dims, [1, 3, 64, 32])
    assert.isTrue(values('pixels').every((one) => one >= 0 && one < 1))
    assert.deepEqual(values('on'), [1])
    const again = makeSample(graph, graph.inputs, SIZES[1]!, 1)!
    assert.deepEqual(again, sample)
  })

  test('come from NumPy archives, one or several', async ({ assert, ...context }) => {
    const folder = scratchFolder(context.test)
    const { inputs } = graphOf(folder, [['input_ids', 7, ['batch', 3]]])
    const data = Buffer.from(BigInt64Array.from([1n, 2n, 3n, 4n, 5n, 6n]).buffer)
    const path = join(folder, 'in.npz')
    writeFileSync(path, await zipOf({ 'in.input_ids.npy': npy('<i8', [2, 3], data) }))
    const [one] = await givenSamples(path, inputs)
    assert.deepEqual(one!.get('input_ids')!.dims, [2, 3])
    writeFileSync(path, await zipOf({ 'input_ids.npy': npy('<i8', [2, 1, 3], data) }))
    const two = await givenSamples(path, inputs)
    assert.deepEqual(
      two.map((sample) => sample.get('input_ids')!.data),
      [BigInt64Array.of(1n, 2n, 3n), BigInt64Array.of(4n, 5n, 6n)]
    )
    const objects = npy('|O', [1], Buffer.alloc(8))
    writeFileSync(path, await zipOf({ 'input_ids.npy': objects }))
    await assert.rejects(() => givenSamples(path, inputs), /cannot be read/)
    assert.isAbove(readFileSync(path).length, 0)
  })

  test('differences of outputs are counted over all samples', ({ assert }) => {
    const difference = new OutputDifference('logits')
    difference.add([2, 2], Float64Array.of(1, 0, 0, 1), Float64Array.of(1, 0, 1, 0))
    difference.add([1, 2], Float64Array.of(3, -Infinity), Float64Array.of(3.5, -Infinity))
    const result = difference.result()
    assert.deepInclude(result, { maxAbsError: 1, meanAbsError: 2.5 / 6, topOneAgreement: 2 / 3 })
    assert.closeTo(result.cosine, 11.5 / Math.sqrt(11 * 14.25), 1e-12)
  })
})
