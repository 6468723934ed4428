import type { QuantizeOrder } from '../protocol.js'
import type { TaskContext } from '../shared/task.js'
import type { Handlers } from './serve.js'

/**
 * Where each order goes. Libraries are loaded when they are first needed: the process starts in a
 * moment, and a machine without one of them still does everything else.
 */
export const handlers: Handlers = {
  inspect: async (order, context) => {
    const { inspectModel } = await import('../inspection/inspect_model.js')
    return inspectModel(order, context)
  },
  quantize,
  evaluate: async (order, context) => {
    const { evaluateModels } = await import('../evaluation/evaluate_models.js')
    return evaluateModels(order, context)
  },
  unpack: async (order, context) => {
    const { unpackArchive } = await import('../formats/archive/unpack_archive.js')
    return unpackArchive(order, context)
  },
}

async function quantize(order: QuantizeOrder, context: TaskContext) {
  switch (order.method) {
    case 'int8': {
      const { quantizeOnnx } = await import('../onnx/quantize_onnx.js')
      return quantizeOnnx(order, context)
    }
    case 'gguf': {
      const { quantizeGguf } = await import('../gguf/quantize_gguf.js')
      return quantizeGguf(order, context)
    }
    case 'gptq':
    case 'awq': {
      const { quantizeInt4 } = await import('../int4/quantize_int4.js')
      return quantizeInt4(order, context)
    }
  }
}
