import { invalid } from './errors.js'
import type { OnnxGraph, OnnxModel, OnnxNode } from './model.js'

/**
 * What every runtime demands of a graph: each value is made once, before it is used; operators
 * belong to a domain whose version is declared; outputs exist.
 *
 * @throws ModelError `E_ONNX_INVALID` with the first thing that is wrong
 */
export function checkGraph(model: OnnxModel): void {
  check(model, model.graph, new Set())
}

function check(model: OnnxModel, graph: OnnxGraph, outer: ReadonlySet<string>): void {
  const known = new Set(outer)
  const here = new Set<string>()
  for (const { name } of graph.inputs) {
    if (here.has(name)) throw invalid(`it has two inputs “${name}”`, { value: name })
    here.add(name)
    known.add(name)
  }
  for (const name of [...graph.initializers.keys(), ...graph.sparse]) {
    here.add(name)
    known.add(name)
  }
  for (const node of graph.nodes) {
    checkDomain(model, node)
    for (const input of node.inputs) {
      if (input && !known.has(input)) throw unknownValue(graph, node, input)
    }
    for (const { g, graphs } of node.attributes) {
      if (g) check(model, g, known)
      for (const inner of graphs ?? []) check(model, inner, known)
    }
    for (const output of node.outputs) {
      if (!output) continue
      if (here.has(output)) throw invalid(`the value “${output}” is made twice`, { value: output })
      here.add(output)
      known.add(output)
    }
  }
  for (const { name } of graph.outputs) {
    if (!known.has(name)) throw invalid(`nothing makes the output “${name}”`, { value: name })
  }
}

function checkDomain(model: OnnxModel, node: OnnxNode): void {
  if (model.opsets.has(node.domain)) return
  throw invalid(
    `the operator ${node.opType} belongs to “${node.domain}”, whose version is not declared`,
    { operator: node.opType, domain: node.domain }
  )
}

/** A value that is made only later means a cycle or a wrong order; else nothing makes it at all. */
function unknownValue(graph: OnnxGraph, node: OnnxNode, value: string) {
  const label = node.name || node.outputs[0] || node.opType
  const isMadeLater = graph.nodes.some(({ outputs }) => outputs.includes(value))
  const reason = isMadeLater
    ? `the node “${label}” needs “${value}”, which is made only after it: the graph goes in a circle or is out of order`
    : `nothing makes the value “${value}” that the node “${label}” needs`
  return invalid(reason, { node: label, value })
}
