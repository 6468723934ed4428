import {
  closeSync,
  mkdirSync,
  openSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { evaluateGraph } from '#gpu/evaluation/graph/evaluate_graph'
import { checkGraph } from '#gpu/onnx/check_graph'
import { quantizeOnnx } from '#gpu/onnx/quantize_onnx'
import { readOnnxModel } from '#gpu/onnx/read_model'
import { readOnnxSummary } from '#gpu/onnx/summary'
import { bytesField, intField, messageField, textField } from '#gpu/onnx/wire_writer'
import { ModelError } from '#gpu/shared/errors'
import { silentContext } from '#gpu/shared/task'
import { codeOf } from '#tests/helpers/models/code_of'
import {
  bytes,
  external,
  floats,
  node,
  noise,
  rawGraph,
  rawModel,
  rawTensor,
  type RawGraph,
} from '#tests/helpers/models/onnx_builder'
import { scratchFolder } from '#tests/helpers/models/scratch'

const GRAPH: RawGraph = {
  nodes: [node('MatMul', ['x', 'w'], ['h']), node('Relu', ['h'], ['y'])],
  initializers: [floats('w', [4, 4], noise(16))],
  inputs: [['x', 1, ['batch', 4]]],
  outputs: [['y', 1, ['batch', 4]]],
}

/** Reads a file as far as a job does before it touches weights. */
function read(path: string): void {
  const model = readOnnxModel(path)
  try {
    checkGraph(model)
  } finally {
    model.file.close()
  }
  readOnnxSummary(path)
}

/** The code of what is wrong with a model, by a whole job. */
function problem(folder: string, model: Buffer): Promise<string> {
  const source = join(folder, 'model.onnx')
  writeFileSync(source, model)
  const out = join(folder, 'out.onnx')
  const checkpoint = join(folder, 'checkpoint')
  return codeOf(
    quantizeOnnx({ source, method: 'int8', options: {}, out, checkpoint }, silentContext())
  )
}

function weightsOf(tensor: { name: string; bytes: Buffer }): Buffer {
  return rawModel({ ...GRAPH, initializers: [tensor] })
}

/** If inside If inside If … */
function nestedIf(depth: number): Buffer {
  let graph = rawGraph({ nodes: [node('Relu', ['x'], ['r'])], outputs: [['r', 1]] })
  for (let i = 0; i < depth; i++) {
    graph = rawGraph({
      nodes: [node('If', ['x'], [`o${i}`], { then_branch: { graph } })],
      outputs: [[`o${i}`, 1]],
    })
  }
  return bytes([
    intField(1, 8),
    ...messageField(8, [textField(1, ''), intField(2, 17)]),
    ...messageField(7, [graph]),
  ])
}

const INVALID: [what: string, model: Buffer, code?: string][] = [
  ['no graph', bytes([intField(1, 8)])],
  [
    'a circle',
    rawModel({ ...GRAPH, nodes: [node('Add', ['x', 'b'], ['a']), node('Relu', ['a'], ['b'])] }),
  ],
  ['a value that nothing makes', rawModel({ ...GRAPH, outputs: [['gone', 1]] })],
  [
    'a value made twice',
    rawModel({ ...GRAPH, nodes: [...GRAPH.nodes, node('Relu', ['x'], ['y'])] }),
  ],
  [
    'an operator of a domain that is not declared',
    rawModel({ ...GRAPH, nodes: [...GRAPH.nodes, node('Magic', ['y'], ['z'], { domain: 'my' })] }),
  ],
  [
    'the same weights twice',
    rawModel({ ...GRAPH, initializers: [floats('w', [4, 4], noise(16)), floats('w', [1], [1])] }),
  ],
  ['too little data for the shape', weightsOf(rawTensor('w', 1, [4, 4], Buffer.alloc(60)))],
  ['no data at all', weightsOf(rawTensor('w', 1, [4, 4], Buffer.alloc(0)))],
  ['a negative dimension', weightsOf(rawTensor('w', 1, [-4, 4], Buffer.alloc(64)))],
  ['a huge shape', weightsOf(rawTensor('w', 1, [2 ** 40, 2 ** 40], Buffer.alloc(64)))],
  ['an unknown element type', weightsOf(rawTensor('w', 99, [4, 4], Buffer.alloc(64)))],
  ['65 dimensions', weightsOf(rawTensor('w', 1, new Array<number>(65).fill(1), Buffer.alloc(4)))],
  [
    'an unknown operator only',
    rawModel({ ...GRAPH, nodes: [node('Wonder', ['x'], ['y'])] }),
    'E_NOTHING_TO_QUANTIZE',
  ],
  [
    'empty weights',
    rawModel({ ...GRAPH, initializers: [floats('w', [4, 0], [])] }),
    'E_NOTHING_TO_QUANTIZE',
  ],
  ['graphs nested 40 deep', nestedIf(40), 'E_ONNX_TOO_COMPLEX'],
  [
    'a name of 100 kB',
    rawModel({ ...GRAPH, nodes: [node('Relu', ['x'], ['y'.repeat(100_000)])] }),
    'E_ONNX_TOO_COMPLEX',
  ],
  ['something else than protobuf', Buffer.from('{"model":"none"}'), 'E_ONNX_DAMAGED'],
  ['nothing', Buffer.alloc(0), 'E_ONNX_DAMAGED'],
]

test.group('Bad ONNX files', () => {
  test('{0} is refused in words')
    .with(INVALID)
    .run(async ({ assert, ...context }, [, model, code = 'E_ONNX_INVALID']) => {
      assert.equal(await problem(scratchFolder(context.test), model), code)
    })

  test('a file cut off at any byte is told apart from a whole one', ({ assert, ...context }) => {
    const path = join(scratchFolder(context.test), 'model.onnx')
    const whole = rawModel(GRAPH)
    writeFileSync(path, whole)
    for (let length = whole.length - 1; length >= 0; length--) {
      truncateSync(path, length)
      assert.throws(() => read(path), ModelError)
    }
  })

  test('data outside the folder, missing, short or described wrongly', async ({
    assert,
    ...context
  }) => {
    const folder = scratchFolder(context.test)
    const model = join(folder, 'model')
    mkdirSync(model)
    writeFileSync(join(folder, 'secret'), Buffer.alloc(64))
    writeFileSync(join(model, 'short'), Buffer.alloc(63))
    symlinkSync('../secret', join(model, 'link'))
    const cases: [entries: Record<string, string>, code: string][] = [
      [{ location: '../secret' }, 'E_ONNX_EXTERNAL_OUTSIDE'],
      [{ location: join(folder, 'secret') }, 'E_ONNX_EXTERNAL_OUTSIDE'],
      [{ location: 'link' }, 'E_ONNX_EXTERNAL_OUTSIDE'],
      [{ location: '.' }, 'E_ONNX_EXTERNAL_OUTSIDE'],
      [{ location: 'gone' }, 'E_ONNX_EXTERNAL_MISSING'],
      [{ location: 'short' }, 'E_ONNX_EXTERNAL_SHORT'],
      [{ location: 'short', offset: '9007199254740991' }, 'E_ONNX_EXTERNAL_SHORT'],
      [{ location: 'short', offset: '-1' }, 'E_ONNX_EXTERNAL_MALFORMED'],
      [{ location: 'short', length: 'many' }, 'E_ONNX_EXTERNAL_MALFORMED'],
      [{ location: 'short', length: '60' }, 'E_ONNX_INVALID'],
      [{}, 'E_ONNX_EXTERNAL_MALFORMED'],
    ]
    for (const [entries, code] of cases) {
      assert.equal(await problem(model, weightsOf(external('w', [4, 4], entries))), code)
    }
  })

  test('1,000 damaged files end in words', ({ assert, ...context }) => {
    const path = join(scratchFolder(context.test), 'model.onnx')
    const whole = rawModel(
      {
        ...GRAPH,
        nodes: [
          ...GRAPH.nodes,
          node('Gemm', ['h', 'w'], ['g'], { transB: 1, alpha: { float: 1 } }),
          node('Transpose', ['g'], ['t'], { perm: [1, 0] }),
        ],
        initializers: [floats('w', [4, 4], noise(16)), external('e', [2], { location: 'gone' })],
      },
      { extra: [bytesField(99, Buffer.from('unknown'))] }
    )
    let seed = 7
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((seed / 2 ** 32) * below)
    }
    const file = openSync(path, 'w')
    let refused = 0
    for (let round = 0; round < 1000; round++) {
      const mutant = Buffer.from(whole)
      for (let change = random(4); change >= 0; change--)
        mutant[random(mutant.length)] = random(256)
      if (round % 5 === 0) mutant.copy(mutant, random(mutant.length), random(mutant.length))
      writeSync(file, mutant, 0, mutant.length, 0)
      try {
        read(path)
      } catch (error) {
        if (!(error instanceof ModelError)) throw error
        refused++
      }
    }
    closeSync(file)
    assert.isAbove(refused, 300)
  })
})

test.group('Proof of ONNX models that cannot run', () => {
  test('says which model, and asks for inputs that cannot be made up', async ({
    assert,
    ...context
  }) => {
    const folder = scratchFolder(context.test)
    const write = (name: string, model: Buffer) => {
      writeFileSync(join(folder, name), model)
      return join(folder, name)
    }
    const good = write('good.onnx', rawModel(GRAPH))
    const unknown = write(
      'unknown.onnx',
      rawModel({ ...GRAPH, nodes: [node('Wonder', ['x'], ['y'])] })
    )
    const shapeless = write('shapeless.onnx', rawModel({ ...GRAPH, inputs: [['x', 1]] }))
    const evaluate = (before: string, after: string, inputs?: string) =>
      codeOf(evaluateGraph({ before, after, inputs }, silentContext()))
    assert.equal(await evaluate(unknown, good), 'E_ONNX_RUN')
    assert.equal(await evaluate(good, unknown), 'E_ONNX_RUN')
    assert.equal(await evaluate(shapeless, good), 'E_SAMPLE_INPUTS_NEEDED')
    const samples: [string, string][] = [
      ['words.json', 'no json'],
      ['other.json', '{"z":[[1,2,3,4]]}'],
      ['ragged.json', '{"x":[[1,2],[3]]}'],
      ['text.npz', 'no zip'],
      ['none.json', '[]'],
    ]
    for (const [name, content] of samples) {
      assert.equal(await evaluate(good, good, write(name, Buffer.from(content))), 'E_SAMPLE_INPUTS')
    }
    const given = write(
      'given.json',
      Buffer.from('[{"x":[[1,2,3,4]]},{"x":[[0,0,0,1],[1,0,0,0]]}]')
    )
    const result = await evaluateGraph(
      { before: good, after: good, inputs: given },
      silentContext()
    )
    assert.deepInclude(result, { samples: 2, inputs: 'given' })
    assert.deepInclude(result.outputs[0], { name: 'y', maxAbsError: 0, topOneAgreement: 1 })
    assert.isAbove(result.latencyAfter.p95Ms, 0)
  })
})
