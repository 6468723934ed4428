import { BaseCommand, args, flags } from '@adonisjs/core/ace'

/** How far a quantized model is from its original, as JSON on standard output. */
export default class ModelEvaluate extends BaseCommand {
  static override commandName = 'model:evaluate'
  static override description =
    'Compare two models: perplexity, KL divergence, outputs, size and speed'

  @args.string({ description: 'The original' })
  declare before: string

  @args.string({ description: 'The quantized model' })
  declare after: string

  @flags.string({ description: 'UTF-8 text for language models; a bundled one by default' })
  declare text?: string

  @flags.string({ description: 'Sample inputs of an ONNX model, .npz or .json; made by default' })
  declare inputs?: string

  @flags.number({ description: 'Most windows of text, or samples, to look at' })
  declare limit?: number

  override async run() {
    const { printResult } = await import('#providers/gpu_process/print_result')
    const { resolve } = await import('node:path')
    this.exitCode = await printResult('evaluate', {
      before: resolve(this.before),
      after: resolve(this.after),
      ...(this.text ? { text: resolve(this.text) } : {}),
      ...(this.inputs ? { inputs: resolve(this.inputs) } : {}),
      ...(this.limit ? { limit: this.limit } : {}),
    })
  }
}
