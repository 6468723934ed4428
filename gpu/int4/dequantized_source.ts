import { unpackOutputs } from '../awq/pack.js'
import type { TensorInfo, TensorSource } from '../formats/tensor_source.js'
import { ModelError } from '../shared/errors.js'
import { unpackList, unpackRow } from './pack_bits.js'
import {
  quantizedFormat,
  quantizedLinear,
  type QuantizedFormat,
  type QuantizedLinear,
} from './quantized_format.js'
import { bytesOf, toFloats } from './weight_rows.js'

/**
 * A GPTQ or AWQ checkpoint, ours or anybody's, as if its weights were float32: every
 * `<module>.qweight` with its companions appears as `<module>.weight`, everything else as it is.
 * A model in floats is handed back unchanged.
 *
 * @throws ModelError `E_QUANTIZATION_UNKNOWN`, `E_QUANTIZED_LAYOUT`
 */
export function dequantized(source: TensorSource, config: Record<string, unknown>): TensorSource {
  const format = quantizedFormat(config)
  return format ? new DequantizedSource(source, format) : source
}

class DequantizedSource implements TensorSource {
  readonly format: TensorSource['format']
  readonly tensors: ReadonlyMap<string, TensorInfo>
  readonly #linears = new Map<string, QuantizedLinear>()
  #last: { name: string; weights: Promise<Float32Array> } | null = null

  constructor(
    private readonly source: TensorSource,
    private readonly quantization: QuantizedFormat
  ) {
    this.format = source.format
    const tensors = new Map<string, TensorInfo>()
    for (const info of source.tensors.values()) {
      const [, module, part] = /^(.*)\.(qweight|qzeros|scales|g_idx)$/.exec(info.name) ?? []
      if (module === undefined || !source.tensors.has(`${module}.qweight`)) {
        tensors.set(info.name, info)
      } else if (part === 'qweight') {
        const linear = quantizedLinear(module, source.tensors, quantization)
        const { inputs, outputs } = linear
        const name = `${module}.weight`
        this.#linears.set(name, linear)
        tensors.set(name, {
          name,
          dtype: 'F32',
          shape: [outputs, inputs],
          bytes: outputs * inputs * 4,
        })
      }
    }
    this.tensors = tensors
  }

  async read(name: string, start = 0, end?: number): Promise<Uint8Array> {
    const linear = this.#linears.get(name)
    if (!linear) return this.source.read(name, start, end)
    // Rows of a weight are read one after the other; its words lie across all of them.
    if (this.#last?.name !== name) this.#last = { name, weights: this.#dequantize(linear) }
    const weights = await this.#last.weights
    return bytesOf(weights).subarray(start, end)
  }

  close(): Promise<void> {
    this.#last = null
    return this.source.close()
  }

  async #dequantize(linear: QuantizedLinear): Promise<Float32Array> {
    const { inputs, outputs, bits, groups } = linear
    const qweight = words(await this.source.read(linear.qweight.name))
    const qzeros = words(await this.source.read(linear.qzeros.name))
    const scales = toFloats(await this.source.read(linear.scales.name), linear.scales.dtype)
    const groupOf = await this.#groups(linear)
    const awq = this.quantization.method === 'awq'
    const zeros = Array.from({ length: groups }, (_, group) => {
      const zero = new Uint8Array(outputs)
      if (awq) unpackOutputs(qzeros, group, outputs, zero)
      else {
        const width = (outputs * bits) / 32
        zero.set(unpackList(qzeros.subarray(group * width, (group + 1) * width), bits, outputs))
      }
      return zero
    })
    const weights = new Float32Array(outputs * inputs)
    const codes = new Uint8Array(outputs)
    const { zeroOffset } = this.quantization
    for (let i = 0; i < inputs; i++) {
      if (awq) unpackOutputs(qweight, i, outputs, codes)
      else unpackRow(qweight, outputs, i, bits, codes)
      const group = groupOf[i]!
      const zero = zeros[group]!
      for (let o = 0, at = i; o < outputs; o++, at += inputs) {
        weights[at] = (codes[o]! - zero[o]! - zeroOffset) * scales[group * outputs + o]!
      }
    }
    return weights
  }

  async #groups({ inputs, groups, groupOf }: QuantizedLinear): Promise<Uint32Array> {
    if (!groupOf) {
      const size = this.quantization.groupSize > 0 ? this.quantization.groupSize : inputs
      const last = groups - 1
      return Uint32Array.from({ length: inputs }, (_, i) => Math.min(last, Math.floor(i / size)))
    }
    const found = words(await this.source.read(groupOf.name))
    const wrong = found.findIndex((group) => group >= groups)
    if (wrong === -1) return found
    throw new ModelError(
      'E_QUANTIZED_LAYOUT',
      `“${groupOf.name}” names group ${found[wrong]}, but there are ${groups}. The file is damaged.`,
      { params: { name: groupOf.name, detail: `group ${found[wrong]} of ${groups}` } }
    )
  }
}

const words = (bytes: Uint8Array) => new Uint32Array(bytes.slice().buffer)
