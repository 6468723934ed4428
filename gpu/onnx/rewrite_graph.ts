import type { Note } from '../protocol.js'
import { note } from '../shared/errors.js'
import { intAttribute, makeNode, subgraphs } from './attributes.js'
import { choose, isNamed, weightsOf, type Choice } from './choose.js'
import { Constants } from './constants.js'
import { candidates, subgraphNote } from './inner_graphs.js'
import type { Int8Settings } from './int8_options.js'
import type { OnnxGraph, OnnxNode, OnnxTensor } from './model.js'
import type { Channels, Target } from './quantize_values.js'
import { DTYPE } from './schema.js'
import { smallInts, type SmallTensor } from './small_tensor.js'
import { countUses, namesOf, neededNames } from './uses.js'
import type { WeightJob } from './weight_job.js'

/** A value in quantized form: three names. */
interface Quantized {
  quantized: string
  scale: string
  zeroPoint: string
}

export interface Rewritten {
  nodes: OnnxNode[]
  jobs: WeightJob[]
  /** Constants that the new nodes need, other than weights. */
  constants: SmallTensor[]
  /** Nodes that were quantized, by label. */
  quantizedNodes: number
  /** Nodes left alone for a reason that people should know. */
  left: { node: OnnxNode; note: Note }[]
  notes: Note[]
  usesMicrosoftDomain: boolean
}

const MICROSOFT = 'com.microsoft'

/**
 * The graph with dynamically quantized operators, in the pattern and with the names of ONNX
 * Runtime's `quantize_dynamic`: weights become 8-bit constants, and activations are quantized
 * where they are needed by DynamicQuantizeLinear, once for all who share one.
 *
 * Types need no inference for this: MatMul, Gemm and Conv have the same type for inputs, weights
 * and output, so the type of the constant weights is the type of all.
 */
export function rewriteGraph(
  graph: OnnxGraph,
  settings: Int8Settings,
  opset: number,
  unfit: ReadonlyMap<string, Note>
): Rewritten {
  return new Rewriter(graph, settings, opset, unfit).rewrite()
}

class Rewriter {
  readonly #out: OnnxNode[] = []
  readonly #jobs = new Map<string, WeightJob>()
  readonly #small: SmallTensor[] = []
  readonly #left: Rewritten['left'] = []
  readonly #notes: Note[] = []
  readonly #constants: Constants
  /** Activations that are quantized already, by name. */
  readonly #activations = new Map<string, Quantized>()
  /** Outputs that exist in quantized form only, until something needs them as floats. */
  readonly #floatless = new Map<string, Quantized>()
  readonly #names: Set<string>
  #quantizedNodes = 0
  #usesMicrosoftDomain = false

  constructor(
    readonly graph: OnnxGraph,
    readonly settings: Int8Settings,
    readonly opset: number,
    readonly unfit: ReadonlyMap<string, Note>
  ) {
    this.#constants = new Constants(graph)
    this.#names = namesOf(graph)
  }

  rewrite(): Rewritten {
    const { settings, opset } = this
    const uses = countUses(this.graph.nodes)
    const context = { settings, opset, uses, constants: this.#constants }
    for (const node of this.graph.nodes) this.#node(node, this.#fitting(choose(node, context)))
    this.#noteUnknownNames()
    const inner = this.graph.nodes.flatMap(subgraphs).reduce((sum, one) => sum + candidates(one), 0)
    if (inner > 0) this.#notes.push(subgraphNote(inner))
    const nodes = this.#finish()
    return {
      nodes,
      jobs: [...this.#jobs.values()],
      constants: this.#small,
      quantizedNodes: this.#quantizedNodes,
      left: this.#left,
      notes: this.#notes,
      usesMicrosoftDomain: this.#usesMicrosoftDomain,
    }
  }

  /** A choice whose weights turned out to be unfit is taken back. */
  #fitting(choice: Choice): Choice {
    for (const tensor of weightsOf(choice)) {
      const reason = this.unfit.get(tensor.name)
      if (reason) return { kind: 'left', note: reason }
    }
    return choice
  }

  #node(node: OnnxNode, choice: Choice): void {
    if (choice.kind !== 'left') this.#quantizedNodes++
    switch (choice.kind) {
      case 'matmul':
        return this.#matmul(node, choice.weight, choice.transposed)
      case 'gemm':
        return this.#gemm(node, choice.weight, choice.transposed)
      case 'conv':
        return this.#conv(node, choice.weight)
      case 'gather':
        return this.#gather(node, choice.weight)
      case 'lstm':
        return this.#lstm(node, choice.weight, choice.recurrent)
      case 'attention':
        return this.#attention(node, choice.weight)
      case 'embedding':
        return this.#embedding(node, choice.tables)
      case 'left':
        if (choice.note) this.#left.push({ node, note: choice.note })
        if (!this.#movedQuantized(node)) this.#out.push(node)
    }
  }

  #matmul(node: OnnxNode, weight: OnnxTensor, transposed: boolean): void {
    const job = this.#matrix(weight, transposed)
    const [output] = node.outputs as [string]
    this.#product({ node, name: node.name, weight, job, stem: output, output })
  }

  /** Gemm becomes MatMul and Add. */
  #gemm(node: OnnxNode, weight: OnnxTensor, transposed: boolean): void {
    const job = this.#matrix(weight, transposed)
    const [output] = node.outputs as [string]
    const bias = node.inputs[2]
    const product = bias ? this.#fresh(`${output}_MatMul`) : output
    const name = node.name && `${node.name}_MatMul`
    this.#product({ node, name, weight, job, stem: product, output: product })
    if (bias) {
      this.#emit('Add', [product, bias], [output], node.name && `${node.name}_Add`)
    }
  }

  /** The right side of a product; a transposed one is stored the right way round. */
  #matrix(weight: OnnxTensor, transposed: boolean): WeightJob {
    const target = this.#weightTarget()
    const [rows = 1, columns = 1] = weight.dims
    if (weight.dims.length !== 2) {
      return this.#weight(weight, target, { channels: 1, inner: 1 }, null)
    }
    if (!transposed) return this.#weight(weight, target, { channels: columns, inner: 1 }, null)
    const layout = { channels: rows, inner: columns }
    return this.#weight(weight, target, layout, { batch: 1, rows, columns })
  }

  /** Weights as uint8: older CPU kernels of ConvInteger, and those of the web, take no int8. */
  #conv(node: OnnxNode, weight: OnnxTensor): void {
    const target: Target = {
      type: 'uint8',
      symmetric: false,
      reduceRange: this.settings.reduceRange,
    }
    const job = this.#weight(weight, target, { channels: 1, inner: 1 }, null)
    const [output] = node.outputs as [string]
    const bias = node.inputs[2]
    const product = bias ? this.#fresh(`${output}quant_scaled_output`) : output
    this.#product({ node, name: node.name, weight, job, stem: output, output: product })
    if (!bias) return
    const shape = this.#fresh(`${output}_bias_reshape_shape`)
    const reshaped = this.#fresh(`${output}_bias_reshape_output`)
    const dims = weight.dims.map((_, index) => (index === 1 ? -1 : 1))
    this.#small.push(smallInts(shape, dims))
    this.#emit('Reshape', [bias, shape], [reshaped])
    this.#emit('Add', [product, reshaped], [output], `${output}_bias_add`)
  }

  /** Integer product → Cast → × (activation scale × weight scale). Float16 is widened on the way. */
  #product(product: {
    node: OnnxNode
    name: string
    weight: OnnxTensor
    job: Quantized
    /** What the names of the values between begin with. */
    stem: string
    output: string
  }): void {
    const { node, weight, job, stem, output } = product
    const isConv = node.opType === 'Conv'
    const isHalf = weight.dtype === DTYPE.float16
    const input = this.#activation(node.inputs[0]!, isHalf)
    const integers = this.#fresh(`${stem}_output_quantized`)
    const name = product.name && `${product.name}_quant`
    this.#emit(
      isConv ? 'ConvInteger' : 'MatMulInteger',
      [input.quantized, job.quantized, input.zeroPoint, job.zeroPoint],
      [integers],
      name,
      isConv ? node.attributes : []
    )
    const floats = this.#fresh(`${integers}_cast_output`)
    this.#emit('Cast', [integers], [floats], `${integers}_cast`, [intAttribute('to', DTYPE.float)])
    const mulName = name ? `${name}_scales_mul` : `${input.scale}_${job.scale}_mul`
    const scale = this.#fresh(`${mulName}:0`)
    this.#emit('Mul', [input.scale, job.scale], [scale], mulName)
    const scaled = isHalf ? this.#fresh(`${stem}_float32`) : output
    this.#emit('Mul', [floats, scale], [scaled], name && `${name}_output_scale_mul`)
    if (isHalf) this.#emit('Cast', [scaled], [output], '', [intAttribute('to', DTYPE.float16)])
  }

  #gather(node: OnnxNode, weight: OnnxTensor): void {
    const name = node.name && `${node.name}_quant`
    this.#moved(node, name, this.#plain(weight, TABLE) ?? this.#table(weight))
  }

  /** Transpose only moves values, so it may as well move quantized ones. */
  #movedQuantized(node: OnnxNode): boolean {
    const input = this.#floatless.get(node.inputs[0] ?? '')
    const { opTypes, excludeNodes } = this.settings
    if (node.opType !== 'Transpose' || node.domain !== '' || !input) return false
    if (!opTypes.has('Transpose') || isNamed(node, excludeNodes)) return false
    this.#moved(node, node.name, input)
    return true
  }

  /** The same node on quantized values. */
  #moved(node: OnnxNode, name: string, from: Quantized): void {
    const [output] = node.outputs as [string]
    const quantized = this.#fresh(`${output}_quantized`)
    const inputs = [from.quantized, ...node.inputs.slice(1)]
    this.#emit(node.opType, inputs, [quantized], name, node.attributes)
    const { scale, zeroPoint } = from
    this.#floatless.set(output, { quantized, scale, zeroPoint })
  }

  /** Weights [directions, 4 × hidden, inputs] are stored as [directions, inputs, 4 × hidden]. */
  #lstm(node: OnnxNode, weight: OnnxTensor, recurrent: OnnxTensor): void {
    const jobs = [weight, recurrent].map((tensor) => {
      const [batch, rows, columns] = tensor.dims as [number, number, number]
      const layout = this.settings.perChannel
        ? { channels: batch * rows, inner: columns }
        : { channels: batch, inner: rows * columns }
      // The kernel wants the same zero point in all channels.
      const plain = this.#weightTarget()
      const target = { ...plain, symmetric: plain.symmetric || this.settings.perChannel }
      const scaleDims = this.settings.perChannel ? [batch, rows] : [batch]
      return this.#job(tensor, target, layout, { batch, rows, columns }, scaleDims)
    })
    const [w, r] = jobs as [WeightJob, WeightJob]
    const optional = [3, 4, 5, 6, 7].map((index) => node.inputs[index] ?? '')
    this.#microsoft(
      'DynamicQuantizeLSTM',
      node,
      [node.inputs[0]!, w.quantized, r.quantized, ...optional].concat(
        w.scale,
        w.zeroPoint,
        r.scale,
        r.zeroPoint
      ),
      (name) => name !== 'layout'
    )
  }

  #attention(node: OnnxNode, weight: OnnxTensor): void {
    const input = this.#activation(node.inputs[0]!, false)
    const job = this.#weight(
      weight,
      this.#weightTarget(),
      { channels: weight.dims[1]!, inner: 1 },
      null
    )
    this.#microsoft('QAttention', node, [
      input.quantized,
      job.quantized,
      node.inputs[2]!,
      input.scale,
      job.scale,
      node.inputs[3] ?? '',
      input.zeroPoint,
      job.zeroPoint,
      node.inputs[4] ?? '',
    ])
  }

  #embedding(node: OnnxNode, tables: (OnnxTensor | null)[]): void {
    const jobs = tables.map((table) => (table ? this.#table(table) : null))
    this.#microsoft(
      'QEmbedLayerNormalization',
      node,
      [
        node.inputs[0]!,
        node.inputs[1] ?? '',
        ...jobs.map((job) => job?.quantized ?? ''),
        node.inputs[7] ?? '',
        ...jobs.map((job) => job?.scale ?? ''),
        ...jobs.map((job) => job?.zeroPoint ?? ''),
      ],
      (name) => name === 'epsilon'
    )
  }

  #microsoft(
    opType: string,
    node: OnnxNode,
    inputs: string[],
    keeps: (attribute: string) => boolean = () => true
  ): void {
    this.#usesMicrosoftDomain = true
    const attributes = node.attributes.filter(({ name }) => keeps(name))
    const name = node.name && `${node.name}_quant`
    this.#out.push(makeNode(opType, inputs, node.outputs, name, attributes, MICROSOFT))
  }

  /** The quantized form of what flows through the graph, made once. */
  #activation(name: string, isHalf: boolean): Quantized {
    const known = this.#activations.get(name) ?? this.#floatless.get(name)
    if (known) return known
    const constant = this.#constants.get(name)
    if (constant && constant.dtype === DTYPE.float && !this.unfit.has(constant.name)) {
      return this.#table(constant)
    }
    let source = name
    if (isHalf) {
      source = this.#fresh(`${name}_float32`)
      this.#emit('Cast', [name], [source], '', [intAttribute('to', DTYPE.float)])
    }
    const made = {
      quantized: this.#fresh(`${name}_quantized`),
      scale: this.#fresh(`${name}_scale`),
      zeroPoint: this.#fresh(`${name}_zero_point`),
    }
    this.#emit(
      'DynamicQuantizeLinear',
      [source],
      [made.quantized, made.scale, made.zeroPoint],
      `${name}_QuantizeLinear`
    )
    this.#activations.set(name, made)
    return made
  }

  #table(weight: OnnxTensor): WeightJob {
    return this.#job(weight, TABLE, { channels: 1, inner: 1 }, null, [])
  }

  #weightTarget(): Target {
    const { weightType, reduceRange } = this.settings
    return { type: weightType, symmetric: weightType === 'int8', reduceRange }
  }

  /** Products have one scale per column when that is wished for, else one for all. */
  #weight(
    tensor: OnnxTensor,
    target: Target,
    layout: Channels,
    transpose: WeightJob['transpose']
  ): WeightJob {
    if (this.settings.perChannel && layout.channels > 1) {
      return this.#job(tensor, target, layout, transpose, [layout.channels])
    }
    const shared = transpose ? undefined : this.#plain(tensor, target)
    return shared ?? this.#job(tensor, target, { channels: 1, inner: 1 }, transpose, [])
  }

  /**
   * The form with one scale that a tensor already has, whatever its type: an embedding table that
   * is multiplied with as well is stored once, as in ONNX Runtime.
   */
  #plain({ name }: OnnxTensor, target: Target): WeightJob | undefined {
    const other = target.type === 'int8' ? 'uint8' : 'int8'
    return this.#jobs.get(jobKey(name, target.type, [])) ?? this.#jobs.get(jobKey(name, other, []))
  }

  #job(
    tensor: OnnxTensor,
    target: Target,
    layout: Channels,
    transpose: WeightJob['transpose'],
    scaleDims: number[]
  ): WeightJob {
    const key = jobKey(tensor.name, target.type, scaleDims, transpose)
    const known = this.#jobs.get(key)
    if (known) return known
    const dims = [...tensor.dims]
    if (transpose) dims.splice(-2, 2, transpose.columns, transpose.rows)
    const job: WeightJob = {
      tensor,
      target,
      layout,
      transpose,
      dims,
      scaleDims,
      quantized: this.#fresh(`${tensor.name}_quantized`),
      scale: this.#fresh(`${tensor.name}_scale`),
      zeroPoint: this.#fresh(`${tensor.name}_zero_point`),
      keepOriginal: false,
    }
    this.#jobs.set(key, job)
    return job
  }

  #emit(
    opType: string,
    inputs: string[],
    outputs: string[],
    name = '',
    attributes: OnnxNode['attributes'] = []
  ): void {
    this.#out.push(makeNode(opType, inputs, outputs, name, attributes))
  }

  /** A name that nothing has yet. */
  #fresh(wish: string): string {
    let name = wish
    for (let i = 1; this.#names.has(name); i++) name = `${wish}_${i}`
    this.#names.add(name)
    return name
  }

  #noteUnknownNames(): void {
    for (const wished of [this.settings.includeNodes, this.settings.excludeNodes]) {
      for (const name of wished) {
        if (this.graph.nodes.some((node) => isNamed(node, new Set([name])))) continue
        this.#notes.push(
          note('node_not_found', `There is no node “${name}” in this model.`, { node: name })
        )
      }
    }
  }

  /** Gives floats back where something needs them, and drops constants that nothing needs. */
  #finish(): OnnxNode[] {
    const needed = neededNames(this.graph, this.#out)
    const origins = new Map(
      [...this.#floatless].map(([name, { quantized }]) => [quantized, name] as const)
    )
    const nodes = [...this.#restoredWeights(needed)]
    for (const node of this.#out) {
      if (!isConstant(node, this.#constants) || node.outputs.some((name) => needed.has(name))) {
        nodes.push(node)
      }
      for (const output of node.outputs) {
        const origin = origins.get(output)
        if (origin === undefined || !needed.has(origin)) continue
        nodes.push(dequantize(origin, this.#floatless.get(origin)!))
      }
    }
    return nodes
  }

  /**
   * Weights that something else needs as floats: back from their quantized form where that is
   * simple, as in ONNX Runtime; otherwise the original stays.
   */
  *#restoredWeights(needed: ReadonlySet<string>): Generator<OnnxNode> {
    const restored = new Set<string>()
    for (const job of this.#jobs.values()) {
      const { name, dtype } = job.tensor
      if (!needed.has(name) || !this.graph.initializers.has(name) || restored.has(name)) continue
      const isPlain = job.scaleDims.length === 0 && !job.transpose && dtype === DTYPE.float
      if (isPlain) {
        restored.add(name)
        yield dequantize(name, job)
      } else job.keepOriginal = true
    }
    for (const job of this.#jobs.values())
      if (restored.has(job.tensor.name)) job.keepOriginal = false
  }
}

function dequantize(output: string, { quantized, scale, zeroPoint }: Quantized): OnnxNode {
  const name = `${output}_DequantizeLinear`
  return makeNode('DequantizeLinear', [quantized, scale, zeroPoint], [output], name)
}

function isConstant({ opType, domain, inputs }: OnnxNode, constants: Constants): boolean {
  if (domain !== '') return false
  if (opType === 'Identity' || opType === 'Transpose') return !!constants.get(inputs[0])
  return opType === 'Constant'
}

function jobKey(
  tensor: string,
  type: string,
  scaleDims: number[],
  transpose: WeightJob['transpose'] = null
): string {
  return [tensor, type, scaleDims.join(), transpose ? 'transposed' : ''].join('\n')
}

/** Tables are quantized like activations: uint8 with a zero point, one scale. */
const TABLE: Target = { type: 'uint8', symmetric: false, reduceRange: false }
