import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from '@japa/runner'
import type { TestContext } from '@japa/runner/core'
import { evaluateGraph } from '#gpu/evaluation/graph/evaluate_graph'
import { quantizeOnnx, type WriteLimits } from '#gpu/onnx/quantize_onnx'
import { readOnnxModel } from '#gpu/onnx/read_model'
import { readOnnxSummary } from '#gpu/onnx/summary'
import { bytesField, textField } from '#gpu/onnx/wire_writer'
import type { Int8Options } from '#gpu/protocol'
import { silentContext, type TaskContext } from '#gpu/shared/task'
import { codeOf } from '#tests/helpers/models/code_of'
import {
  external,
  floats,
  halves,
  node,
  noise,
  rawGraph,
  rawModel,
  type RawGraph,
  type RawTensor,
} from '#tests/helpers/models/onnx_builder'
import { scratchFolder } from '#tests/helpers/models/scratch'

const DATA = '../shared/data/onnx'

function weights(name: string, dims: number[], seed = 1): RawTensor {
  const length = dims.reduce((product, dim) => product * dim, 1)
  return floats(name, dims, noise(length, seed))
}

class Bench {
  readonly folder: string

  constructor(context: TestContext['test']) {
    this.folder = scratchFolder(context)
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  write(graph: RawGraph, about: Parameters<typeof rawModel>[1] = {}): this {
    writeFileSync(this.path('model.onnx'), rawModel(graph, about))
    return this
  }

  quantize(
    options: Int8Options = {},
    task: TaskContext = silentContext(),
    limits: Partial<WriteLimits> = {}
  ) {
    const order = {
      source: this.path('model.onnx'),
      method: 'int8' as const,
      options,
      out: this.path('out/model.onnx'),
      checkpoint: this.path('checkpoint'),
    }
    return quantizeOnnx(order, task, limits)
  }

  /** Operators of the written model with their counts. */
  operators() {
    return readOnnxSummary(this.path('out/model.onnx')).graph.operators
  }

  /** The smallest cosine of all outputs between both models in ONNX Runtime. */
  async cosine(): Promise<number> {
    const order = {
      before: this.path('model.onnx'),
      after: this.path('out/model.onnx'),
      limit: 2,
    }
    const { outputs } = await evaluateGraph(order, silentContext())
    if (outputs.length === 0) throw new Error('Nothing was compared')
    return Math.min(...outputs.map(({ cosine }) => cosine))
  }
}

const MATMUL: RawGraph = {
  nodes: [node('MatMul', ['x', 'w'], ['y'])],
  initializers: [weights('w', [32, 16])],
  inputs: [['x', 1, ['batch', 32]]],
  outputs: [['y', 1, ['batch', 16]]],
}

test.group('ONNX INT8 | operators', () => {
  test('two MatMuls share the quantizer of their input', async ({ assert, ...context }) => {
    const bench = new Bench(context.test).write({
      ...MATMUL,
      nodes: [
        node('MatMul', ['x', 'w'], ['a']),
        node('MatMul', ['x', 'v'], ['b']),
        node('Add', ['a', 'b'], ['y']),
      ],
      initializers: [weights('w', [32, 16]), weights('v', [32, 16], 2)],
    })
    const result = await bench.quantize({ weightType: 'int8', reduceRange: true })
    assert.deepEqual(bench.operators(), {
      DynamicQuantizeLinear: 1,
      MatMulInteger: 2,
      Cast: 2,
      Mul: 4,
      Add: 1,
    })
    assert.lengthOf(result.tensors, 2)
    assert.isBelow(result.tensors[0]!.relativeError!, 0.02)
    assert.isAbove(await bench.cosine(), 0.999)
    assert.deepEqual(readdirSync(bench.path('checkpoint')), [])
  })

  test('the names are those of ONNX Runtime’s own tool', async ({ assert, ...context }) => {
    const bench = new Bench(context.test).write(MATMUL)
    await bench.quantize()
    const { graph, file } = readOnnxModel(bench.path('out/model.onnx'))
    file.close()
    assert.deepEqual([...graph.initializers.keys()].sort(), [
      'w_quantized',
      'w_scale',
      'w_zero_point',
    ])
    assert.deepEqual(
      graph.nodes.map(({ name }) => name),
      [
        'x_QuantizeLinear',
        'y_quant',
        'y_output_quantized_cast',
        'y_quant_scales_mul',
        'y_quant_output_scale_mul',
      ]
    )
  })

  for (const perChannel of [false, true]) {
    test(`Gemm, transposed or not, becomes MatMul and Add (per channel: ${perChannel})`, async ({
      assert,
      ...context
    }) => {
      const bench = new Bench(context.test).write({
        nodes: [
          node('Gemm', ['x', 'w', 'c'], ['h'], { transB: 1 }),
          node('Gemm', ['h', 'v'], ['t']),
          node('Transpose', ['u'], ['u_turned'], { perm: [1, 0] }),
          node('MatMul', ['t', 'u_turned'], ['s']),
          node('Gemm', ['s', 'v', 'c'], ['y'], { alpha: { float: 0.5 } }),
        ],
        initializers: [
          weights('w', [70, 33]),
          weights('c', [70], 3),
          weights('v', [70, 70], 2),
          weights('u', [70, 70], 4),
        ],
        inputs: [['x', 1, [5, 33]]],
        outputs: [['y', 1, [5, 70]]],
      })
      const result = await bench.quantize({ perChannel })
      assert.equal(bench.operators().MatMulInteger, 3)
      assert.notProperty(bench.operators(), 'Transpose')
      assert.include(
        result.tensors.map(({ note }) => note?.code),
        'gemm_scaled_left_alone'
      )
      assert.isAbove(await bench.cosine(), 0.998)
    })
  }

  test('Conv with and without bias; depthwise ones only when asked for', async ({
    assert,
    ...context
  }) => {
    const bench = new Bench(context.test).write({
      nodes: [
        node('Conv', ['x', 'w', 'b'], ['h'], { pads: [1, 1, 1, 1], kernel_shape: [3, 3] }),
        node('Conv', ['h', 'd'], ['g'], { group: 8, name: 'depthwise' }),
        node('Conv', ['g', 'p'], ['y']),
      ],
      initializers: [
        weights('w', [8, 3, 3, 3]),
        weights('b', [8], 2),
        weights('d', [8, 1, 3, 3], 3),
        weights('p', [4, 8, 1, 1], 4),
      ],
      inputs: [['x', 1, [1, 3, 12, 12]]],
      outputs: [['y', 1, [1, 4, 10, 10]]],
    })
    const result = await bench.quantize({ weightType: 'int8' })
    assert.equal(bench.operators().ConvInteger, 2)
    const left = result.tensors.find(({ name }) => name === 'depthwise')
    assert.equal(left?.note?.code, 'depthwise_conv_left_alone')
    assert.isAbove(await bench.cosine(), 0.999)
    await bench.quantize({ includeNodes: ['depthwise'] })
    assert.equal(bench.operators().ConvInteger, 1)
    assert.equal(bench.operators().Conv, 2)
  })

  test('an embedding table that is also a weight is stored once', async ({
    assert,
    ...context
  }) => {
    const bench = new Bench(context.test).write({
      nodes: [
        node('Gather', ['table', 'ids'], ['e']),
        node('Transpose', ['e'], ['t'], { perm: [0, 2, 1] }),
        node('Transpose', ['t'], ['back'], { perm: [0, 2, 1] }),
        node('Add', ['e', 'back'], ['sum']),
        node('MatMul', ['sum', 'table2'], ['m']),
        node('Transpose', ['table'], ['head'], { perm: [1, 0] }),
        node('MatMul', ['m', 'head'], ['y']),
      ],
      initializers: [weights('table', [50, 24]), weights('table2', [24, 24], 2)],
      inputs: [['ids', 7, ['batch', 'sequence']]],
      outputs: [['y', 1, ['batch', 'sequence', 50]]],
    })
    const result = await bench.quantize()
    assert.isBelow(result.bytesAfter, result.bytesBefore)
    assert.equal(bench.operators().DequantizeLinear, 3)
    assert.isAbove(await bench.cosine(), 0.999)
  })

  for (const perChannel of [false, true]) {
    test(`LSTM becomes DynamicQuantizeLSTM (per channel: ${perChannel})`, async ({
      assert,
      ...context
    }) => {
      const bench = new Bench(context.test).write({
        nodes: [
          node('LSTM', ['x', 'w', 'r', 'b'], ['', 'y'], {
            hidden_size: 12,
            direction: 'bidirectional',
          }),
        ],
        initializers: [
          weights('w', [2, 48, 20]),
          weights('r', [2, 48, 12], 2),
          weights('b', [2, 96], 3),
        ],
        inputs: [['x', 1, ['sequence', 1, 20]]],
        outputs: [['y', 1, [2, 1, 12]]],
      })
      await bench.quantize({ perChannel })
      assert.deepEqual(bench.operators(), { 'com.microsoft.DynamicQuantizeLSTM': 1 })
      assert.isAbove(await bench.cosine(), 0.995)
    })
  }

  test('Attention and EmbedLayerNormalization', async ({ assert, ...context }) => {
    const domain = 'com.microsoft'
    const bench = new Bench(context.test).write(
      {
        nodes: [
          node(
            'EmbedLayerNormalization',
            ['ids', 'types', 'word', 'place', 'type', 'gamma', 'beta'],
            ['e', 'mask'],
            { domain, epsilon: { float: 1e-5 } }
          ),
          node('Attention', ['e', 'w', 'b'], ['y'], { domain, num_heads: 2 }),
        ],
        initializers: [
          weights('word', [30, 16]),
          weights('place', [32, 16], 2),
          weights('type', [2, 16], 3),
          weights('gamma', [16], 4),
          weights('beta', [16], 5),
          weights('w', [16, 48], 6),
          weights('b', [48], 7),
        ],
        inputs: [
          ['ids', 6, ['batch', 'sequence']],
          ['types', 6, ['batch', 'sequence']],
        ],
        outputs: [['y', 1, ['batch', 'sequence', 16]]],
      },
      { domains: [domain] }
    )
    await bench.quantize()
    assert.deepEqual(bench.operators(), {
      'com.microsoft.QEmbedLayerNormalization': 1,
      'DynamicQuantizeLinear': 1,
      'com.microsoft.QAttention': 1,
    })
    assert.isAbove(await bench.cosine(), 0.99)
  })

  test('float16 weights', async ({ assert, ...context }) => {
    const bench = new Bench(context.test).write({
      ...MATMUL,
      initializers: [halves('w', [32, 16], noise(512))],
      inputs: [['x', 10, ['batch', 32]]],
      outputs: [['y', 10, ['batch', 16]]],
    })
    const result = await bench.quantize()
    assert.equal(result.tensors[0]!.from, 'F16')
    assert.isAbove(await bench.cosine(), 0.999)
  })

  test('constants behind Constant and Identity nodes', async ({ assert, ...context }) => {
    const bench = new Bench(context.test).write({
      ...MATMUL,
      nodes: [
        node('Constant', [], ['c'], { value: weights('', [32, 32]) }),
        node('Identity', ['w'], ['same']),
        node('MatMul', ['x', 'c'], ['h']),
        node('MatMul', ['h', 'same'], ['y']),
      ],
    })
    await bench.quantize()
    assert.notProperty(bench.operators(), 'Constant')
    assert.notProperty(bench.operators(), 'Identity')
    assert.isAbove(await bench.cosine(), 0.999)
  })
})

test.group('ONNX INT8 | options and graphs', () => {
  test('nodes are chosen by operator and by name', async ({ assert, ...context }) => {
    const bench = new Bench(context.test).write({
      ...MATMUL,
      nodes: [
        node('MatMul', ['x', 'v'], ['h'], { name: 'first' }),
        node('Gemm', ['h', 'w'], ['y'], { name: 'second' }),
      ],
      initializers: [weights('v', [32, 32], 2), weights('w', [32, 16])],
    })
    const cases: [Int8Options, number][] = [
      [{}, 2],
      [{ opTypes: ['MatMul'] }, 2],
      [{ excludeNodes: ['first'] }, 1],
      [{ includeNodes: ['second_MatMul'] }, 1],
    ]
    for (const [options, count] of cases) {
      await bench.quantize(options)
      assert.equal(bench.operators().MatMulInteger, count)
    }
    const { notes } = await bench.quantize({ excludeNodes: ['first', 'gone'] })
    assert.include(
      notes.map(({ code }) => code),
      'node_not_found'
    )
    assert.equal(await codeOf(bench.quantize({ opTypes: ['Softmax'] })), 'E_OPTIONS')
    assert.equal(await codeOf(bench.quantize({ opTypes: ['Conv'] })), 'E_NOTHING_TO_QUANTIZE')
  })

  test('an older model is carried over to opset 11 and means the same', async ({
    assert,
    ...context
  }) => {
    const bench = new Bench(context.test).write(
      {
        nodes: [
          node('Conv', ['x', 'w'], ['a'], { kernel_shape: [3, 3] }),
          node('BatchNormalization', ['a', 'g', 'b', 'm', 'v'], ['n']),
          node('Clip', ['n'], ['c'], { min: { float: 0 }, max: { float: 6 } }),
          node('Pad', ['c'], ['p'], { pads: [0, 0, 1, 1, 0, 0, 1, 1], mode: 'constant' }),
          node('Upsample', ['p', 'twice'], ['u'], { mode: 'nearest' }),
          node('Slice', ['u'], ['s'], { axes: [2, 3], starts: [1, 1], ends: [2 ** 31 - 1, -1] }),
          node('Dropout', ['s'], ['d', 'unused']),
          node('Flatten', ['d'], ['f']),
          node('TopK', ['f'], ['y', 'index'], { k: 5 }),
        ],
        initializers: [
          weights('w', [4, 3, 3, 3]),
          weights('g', [4], 2),
          weights('b', [4], 3),
          weights('m', [4], 4),
          floats('v', [4], [1, 2, 1, 0.5]),
          floats('twice', [4], [1, 1, 2, 2]),
        ],
        inputs: [
          ['x', 1, [1, 3, 8, 8]],
          ['w', 1, [4, 3, 3, 3]],
          ...(['g', 'b', 'm', 'v', 'twice'] as const).map(
            (name) => [name, 1, [4]] as [string, number, number[]]
          ),
        ],
        outputs: [['y', 1, [1, 5]]],
      },
      { opset: 9, irVersion: 3 }
    )
    const { notes } = await bench.quantize()
    assert.deepEqual(
      notes.map(({ code }) => code),
      ['opset_upgraded']
    )
    const summary = readOnnxSummary(bench.path('out/model.onnx'))
    assert.equal(summary.graph.opset, 11)
    assert.equal(summary.irVersion, 6)
    assert.deepEqual(
      summary.graph.inputs.map(({ name }) => name),
      ['x']
    )
    assert.isAbove(await bench.cosine(), 0.999)
  })

  test('what is inside If is left alone and said so', async ({ assert, ...context }) => {
    const branch = (inputs: string[], output: string) =>
      rawGraph({ nodes: [node('MatMul', inputs, [output])], outputs: [[output, 1]] })
    const bench = new Bench(context.test).write({
      ...MATMUL,
      nodes: [
        node('MatMul', ['x', 'w'], ['h']),
        node('ReduceSum', ['h'], ['sum'], { keepdims: 0 }),
        node('Greater', ['sum', 'zero'], ['yes']),
        node('If', ['yes'], ['y'], {
          then_branch: { graph: branch(['x', 'w'], 'a') },
          else_branch: { graph: branch(['x', 'w'], 'b') },
        }),
      ],
      initializers: [weights('w', [32, 16]), floats('zero', [], [0])],
    })
    const { notes } = await bench.quantize()
    assert.deepEqual(
      notes.map(({ code, params }) => [code, params.nodes]),
      [['subgraphs_left_alone', 2]]
    )
    assert.isAbove(await bench.cosine(), 0.999)
  })

  test('what is not understood survives byte for byte', async ({ assert, ...context }) => {
    const marks = ['in the model', 'in the graph', 'in a node']
    const [model, graph, inner] = marks.map((mark) => [bytesField(3000, Buffer.from(mark))])
    const bench = new Bench(context.test).write(
      {
        ...MATMUL,
        nodes: [...MATMUL.nodes, node('Relu', ['y'], ['z'], { extra: inner! })],
        outputs: [['z', 1]],
        extra: graph!,
      },
      { extra: [...model!, textField(6, 'a description')] }
    )
    await bench.quantize()
    const written = readFileSync(bench.path('out/model.onnx'), 'latin1')
    for (const mark of [...marks, 'a description']) assert.include(written, mark)
  })

  test('NaN and infinite weights stay as they are; the rest is quantized', async ({
    assert,
    ...context
  }) => {
    const broken = noise(512)
    broken[77] = Number.NaN
    const bench = new Bench(context.test).write({
      ...MATMUL,
      nodes: [node('MatMul', ['x', 'v'], ['h']), node('MatMul', ['h', 'w'], ['y'])],
      initializers: [weights('v', [32, 32]), floats('w', [32, 16], broken)],
    })
    const { tensors } = await bench.quantize()
    assert.deepEqual(
      tensors.map(({ name, note }) => [name, note?.code]),
      [
        ['v', undefined],
        ['y', 'weights_not_finite_left_alone'],
      ]
    )
    bench.write({ ...MATMUL, initializers: [floats('w', [32, 16], broken)] })
    assert.equal(await codeOf(bench.quantize()), 'E_NOTHING_TO_QUANTIZE')
    assert.isTrue(existsSync(bench.path('out/model.onnx')), 'an older result stays')
  })

  test('a quantized model is refused', async ({ assert, ...context }) => {
    const bench = new Bench(context.test).write(MATMUL)
    const result = await bench.quantize()
    writeFileSync(bench.path('model.onnx'), readFileSync(result.out))
    assert.equal(await codeOf(bench.quantize()), 'E_ALREADY_QUANTIZED')
  })
})

test.group('ONNX INT8 | large models', () => {
  test('weights in other files come in, and go out aligned', async ({ assert, ...context }) => {
    const bench = new Bench(context.test)
    const values = Buffer.from(noise(64 * 64).buffer)
    writeFileSync(bench.path('weights.bin'), Buffer.concat([Buffer.alloc(100), values]))
    const place = { location: 'weights.bin', offset: '100', length: String(values.length) }
    bench.write({
      ...MATMUL,
      nodes: [
        node('MatMul', ['x', 'w'], ['h']),
        node('Constant', [], ['c'], { value: external('', [64, 64], place) }),
        node('Add', ['h', 'c'], ['s']),
        node('MatMul', ['s', 'v'], ['t']),
        node('Mul', ['t', 'kept'], ['y']),
      ],
      initializers: [
        external('w', [64, 64], place),
        weights('v', [64, 64], 2),
        external('kept', [64, 64], place),
      ],
      inputs: [['x', 1, [64, 64]]],
      outputs: [['y', 1, [64, 64]]],
    })
    const inside = await bench.quantize()
    assert.lengthOf(inside.files, 1)
    assert.equal(inside.bytesBefore, statSync(bench.path('model.onnx')).size + 100 + values.length)
    assert.isAbove(await bench.cosine(), 0.999)

    const outside = await bench.quantize({}, silentContext(), { inlineBytes: 25_000 })
    assert.deepEqual(
      outside.files.map(({ name }) => name),
      ['model.onnx', 'model.onnx.data']
    )
    const { graph, file } = readOnnxModel(outside.out)
    file.close()
    for (const { data } of graph.initializers.values()) {
      if (data.kind === 'external') assert.equal(data.offset % 4096, 0)
    }
    assert.isAbove(await bench.cosine(), 0.999)
    await bench.quantize()
    assert.deepEqual(readdirSync(bench.path('out')), ['model.onnx'])
  })

  test('a cancelled job leaves nothing; an interrupted one goes on to the same bytes', async ({
    assert,
    ...context
  }) => {
    const big = new Float32Array(512 * 512).map((_, i) => ((i * 2_654_435_761) >>> 8) / 2 ** 24)
    const names = ['a', 'b', 'c', 'd', 'e']
    const bench = new Bench(context.test)
    writeFileSync(bench.path('weights.bin'), Buffer.from(big.buffer))
    const place = { location: 'weights.bin' }
    bench.write({
      ...MATMUL,
      nodes: names.map((name, i) => node('MatMul', [names[i - 1] ?? 'x', `w_${name}`], [name])),
      initializers: names.map((name) => external(`w_${name}`, [512, 512], place)),
      outputs: [['e', 1]],
    })
    const controller = new AbortController()
    const cancelled = bench.quantize(
      {},
      {
        signal: controller.signal,
        report: ({ stage }) => {
          if (stage === 'quantizing') controller.abort()
        },
      }
    )
    assert.equal(await codeOf(cancelled), '20')
    assert.deepEqual(readdirSync(bench.path('checkpoint')), [])
    assert.isFalse(existsSync(bench.path('out')))

    // The end of the process, as far as it can be had without one.
    const small = { commitBytes: 1000 }
    const killed = bench.quantize(
      {},
      {
        signal: new AbortController().signal,
        report: ({ stage, item }) => {
          if (stage === 'quantizing' && item === 'w_e') throw new Error('killed')
        },
      },
      small
    )
    await assert.rejects(() => killed, 'killed')
    const fractions: number[] = []
    const resumed = await bench.quantize(
      {},
      {
        signal: new AbortController().signal,
        report: ({ fraction }) => fractions.push(fraction),
      },
      small
    )
    assert.equal(resumed.resumedTensors, 4)
    assert.isAbove(fractions[0]!, 0.8)
    assert.deepEqual(
      fractions,
      fractions.toSorted((one, other) => one - other)
    )
    const whole = await bench.quantize()
    assert.equal(whole.resumedTensors, 0)
    assert.equal(resumed.files[0]!.sha256, whole.files[0]!.sha256)
    assert.deepEqual(
      resumed.tensors.map(({ relativeError }) => relativeError),
      whole.tensors.map(({ relativeError }) => relativeError)
    )
  })
})

test.group('ONNX INT8 | real models', (group) => {
  group.tap((one) => {
    if (!existsSync(DATA)) one.skip(true, 'the test data is not on this machine')
  })

  for (const [file, cosine] of [
    ['transformer/dummy_transformer', 0.9999],
    ['tiny_random_gpt2_fp32/past', 0.999],
    ['mnist/opt-mnist', 0.999],
    ['tract/byte_sb_bidi_lstm/model', 0.999],
  ] as const) {
    test(`${file} runs as before`, async ({ assert, ...context }) => {
      const bench = new Bench(context.test)
      writeFileSync(bench.path('model.onnx'), readFileSync(`${DATA}/${file}.onnx`))
      const result = await bench.quantize()
      assert.isBelow(result.bytesAfter, result.bytesBefore)
      const { bytes } = readOnnxSummary(bench.path('model.onnx')).int8
      assert.closeTo(bytes, result.bytesAfter, result.bytesAfter * 0.2)
      assert.isAbove(await bench.cosine(), cosine)
    })
  }
})
