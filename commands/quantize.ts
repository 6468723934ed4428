import { BaseCommand, args, flags } from '@adonisjs/core/ace'
import type { Method, QuantizeOptions } from '#gpu/protocol'

/**
 * Makes a model smaller with the engine of the portal: progress on standard error, a JSON summary
 * on standard output. The same command again goes on where a killed one stopped.
 */
export default class Quantize extends BaseCommand {
  static override commandName = 'quantize'
  static override description = 'Make a model smaller: ONNX INT8, GGUF, GPTQ or AWQ'

  @args.string({ description: 'Model file or folder' })
  declare model: string

  @flags.string({ description: 'int8, gguf, gptq or awq', required: true })
  declare method: string

  @flags.string({ description: 'File to write; a folder for gptq and awq', required: true })
  declare out: string

  @flags.boolean({ description: 'Replace what stands at --out' })
  declare force: boolean

  @flags.string({ description: 'GGUF type, e.g. Q4_0, Q5_0, Q4_K_M, Q8_0' })
  declare type?: string

  @flags.string({ description: 'UTF-8 text for calibration; a bundled one by default' })
  declare calibration?: string

  @flags.string({ description: 'GGUF importance matrix: auto, always or never' })
  declare imatrix?: string

  @flags.number({ description: 'Samples of the calibration text' })
  declare samples?: number

  @flags.number({ description: 'Tokens per sample' })
  declare seqLen?: number

  @flags.number({ description: 'gptq, awq: weights that share a scale; -1 for a whole row' })
  declare groupSize?: number

  @flags.number({ description: 'gptq: bits per weight (3, 4 or 8)' })
  declare bits?: number

  @flags.boolean({ description: 'gptq, awq: symmetric around zero' })
  declare symmetric?: boolean

  @flags.number({ description: 'gptq: damping as a share of the mean diagonal' })
  declare damp?: number

  @flags.string({ description: 'gptq: column order (none, group, static, full)' })
  declare actOrder?: string

  @flags.boolean({ description: 'gptq: search the scales that lose least' })
  declare mse?: boolean

  @flags.boolean({ description: 'gptq: each layer sees the quantized ones below it' })
  declare sequential?: boolean

  @flags.string({ description: 'gptq: layout of the zeros (gptq or gptq_v2)' })
  declare format?: string

  @flags.boolean({ description: 'awq: clipping search' })
  declare clip?: boolean

  @flags.boolean({ description: 'int8: a scale per channel' })
  declare perChannel?: boolean

  @flags.boolean({ description: 'int8: 7 bits, for processors without VNNI' })
  declare reduceRange?: boolean

  @flags.string({ description: 'int8: int8 or uint8 weights' })
  declare weightType?: string

  @flags.array({ description: 'int8: only these operator types' })
  declare opTypes?: string[]

  @flags.array({ description: 'int8: nodes to leave alone' })
  declare excludeNodes?: string[]

  override async run() {
    const { METHODS } = await import('#gpu/protocol')
    const { printResult } = await import('#providers/gpu_process/print_result')
    const { prepareOutput } = await import('#providers/gpu_process/prepare_output')
    const { resolve } = await import('node:path')

    const method = METHODS.find((each) => each === this.method)
    if (!method) {
      return this.refuse(`Unknown method ${this.method}: use one of ${METHODS.join(', ')}.`)
    }
    const target = await prepareOutput(this.out, this.force)
    if (!target.ok) return this.refuse(target.message)

    this.exitCode = await printResult('quantize', {
      source: resolve(this.model),
      method,
      options: this.#options(method),
      out: target.out,
      checkpoint: target.checkpoint,
      ...(this.calibration ? { calibrationText: resolve(this.calibration) } : {}),
    })
    await (this.exitCode === 0 ? target.finish() : target.restore())
  }

  /** Only what was said, so that the engine's own defaults apply. */
  #options(method: Method): QuantizeOptions {
    const { samples, seqLen, groupSize, bits, symmetric } = this
    const weightOnly = { samples, seqLen, groupSize, bits, symmetric }
    const options = {
      int8: {
        perChannel: this.perChannel,
        reduceRange: this.reduceRange,
        weightType: this.weightType,
        opTypes: this.opTypes,
        excludeNodes: this.excludeNodes,
      },
      gguf: { type: this.type, importanceMatrix: this.imatrix, samples, seqLen },
      gptq: {
        ...weightOnly,
        dampPercent: this.damp,
        actOrder: this.actOrder,
        mse: this.mse,
        sequential: this.sequential,
        format: this.format,
      },
      awq: { ...weightOnly, clip: this.clip },
    }[method]
    return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  }

  private refuse(message: string) {
    console.error(message)
    this.exitCode = 1
  }
}
