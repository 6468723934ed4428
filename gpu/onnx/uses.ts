import { subgraphs } from './attributes.js'
import type { OnnxGraph, OnnxNode } from './model.js'

/** Every name of a value in a graph and the graphs inside it. */
export function namesOf(graph: OnnxGraph, names = new Set<string>()): Set<string> {
  for (const { name } of [...graph.inputs, ...graph.outputs, ...graph.values]) names.add(name)
  for (const name of [...graph.initializers.keys(), ...graph.sparse]) names.add(name)
  for (const node of graph.nodes) {
    for (const name of [...node.inputs, ...node.outputs]) names.add(name)
    for (const inner of subgraphs(node)) namesOf(inner, names)
  }
  return names
}

/** The values that nodes (those of inner graphs too) or the graph's outputs need. */
export function neededNames(
  { outputs }: OnnxGraph,
  nodes: readonly OnnxNode[],
  names = new Set<string>()
): Set<string> {
  for (const { name } of outputs) names.add(name)
  for (const node of nodes) {
    for (const name of node.inputs) names.add(name)
    // A name made inside counts as needed outside as well, which keeps too much rather than too little.
    for (const inner of subgraphs(node)) neededNames(inner, inner.nodes, names)
  }
  return names
}

/** How many nodes of a graph take a value, by its name. */
export function countUses(nodes: readonly OnnxNode[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { inputs } of nodes) {
    for (const name of inputs) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}
