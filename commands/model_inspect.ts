import { BaseCommand, args } from '@adonisjs/core/ace'

/** What a model is, what can be made of it and what that costs, as JSON on standard output. */
export default class ModelInspect extends BaseCommand {
  static override commandName = 'model:inspect'
  static override description = 'Tell what a model file or folder is, and recommend a method'

  @args.string({ description: 'ONNX, safetensors, PyTorch or GGUF file, or a Hugging Face folder' })
  declare model: string

  override async run() {
    const { printResult } = await import('#providers/gpu_process/print_result')
    const { resolve } = await import('node:path')
    this.exitCode = await printResult('inspect', { source: resolve(this.model) })
  }
}
