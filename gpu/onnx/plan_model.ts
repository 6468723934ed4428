import type { Note } from '../protocol.js'
import { note } from '../shared/errors.js'
import type { NewGraph } from './encode_model.js'
import type { Int8Settings } from './int8_options.js'
import type { OnnxGraph, OnnxModel } from './model.js'
import { rewriteGraph, type Rewritten } from './rewrite_graph.js'
import type { SmallTensor } from './small_tensor.js'
import { NEEDED_OPSET, upgradeOpset } from './upgrade_opset.js'
import { namesOf, neededNames } from './uses.js'

/** Everything about the new model but the values of scales and weights. */
export interface Plan {
  rewritten: Rewritten
  constants: SmallTensor[]
  irVersion: number
  opsets: Map<string, number>
  notes: Note[]
}

/** IR version that came with opset 11, https://github.com/onnx/onnx/blob/main/docs/Versioning.md */
const IR_OF_OPSET_11 = 6

/** From here on an initializer that is also an input is a default, before it is a constant. */
const IR_WITH_DEFAULTS = 4

/**
 * Plans the quantized model. Weights in `unfit` stay as they are.
 *
 * @throws ModelError `E_ONNX_OPSET` when an older model cannot be carried over to opset 11
 */
export function planModel(
  model: OnnxModel,
  settings: Int8Settings,
  unfit: ReadonlyMap<string, Note>
): Plan {
  const opset = model.opsets.get('') ?? NEEDED_OPSET
  const isOld = opset < NEEDED_OPSET
  const upgraded = isOld ? upgradeOpset(model) : { nodes: model.graph.nodes, constants: [] }
  const graph: OnnxGraph = { ...model.graph, nodes: upgraded.nodes }
  const rewritten = rewriteGraph(graph, settings, Math.max(opset, NEEDED_OPSET), unfit)
  const opsets = new Map(model.opsets).set('', Math.max(opset, NEEDED_OPSET))
  if (rewritten.usesMicrosoftDomain && !opsets.has('com.microsoft')) opsets.set('com.microsoft', 1)
  const notes = [...rewritten.notes]
  if (isOld) {
    notes.push(
      note('opset_upgraded', `The model was carried over from opset ${opset} to ${NEEDED_OPSET}.`, {
        from: opset,
        to: NEEDED_OPSET,
      })
    )
  }
  const needsNewer = isOld || model.irVersion < IR_WITH_DEFAULTS
  return {
    rewritten,
    constants: [...upgraded.constants, ...rewritten.constants],
    irVersion: needsNewer ? Math.max(model.irVersion, IR_OF_OPSET_11) : model.irVersion,
    opsets,
    notes,
  }
}

/** The new graph; `small` holds all constants that are not weights, scales included. */
export function newGraph(model: OnnxModel, plan: Plan, small: SmallTensor[]): NewGraph {
  const { graph } = model
  const { nodes, jobs } = plan.rewritten
  const needed = neededNames(graph, nodes)
  const gone = new Set(
    jobs.filter(({ keepOriginal }) => !keepOriginal).map(({ tensor }) => tensor.name)
  )
  const kept = [...graph.initializers.values()].filter(
    ({ name }) => needed.has(name) && !gone.has(name)
  )
  const keptNames = new Set(kept.map(({ name }) => name))
  const isInput = (name: string) =>
    !graph.initializers.has(name) || (keptNames.has(name) && model.irVersion >= IR_WITH_DEFAULTS)
  const alive = namesOf({ ...graph, nodes, values: [], initializers: new Map() })
  return {
    nodes,
    kept,
    small,
    jobs,
    inputs: graph.inputs.filter(({ name }) => isInput(name)),
    values: graph.values.filter(({ name }) => alive.has(name) && !gone.has(name)),
  }
}
