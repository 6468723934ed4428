import type { OnnxAttribute, OnnxGraph, OnnxNode } from './model.js'
import { ATTRIBUTE_TYPE } from './schema.js'

export function attribute(node: OnnxNode, name: string): OnnxAttribute | undefined {
  return node.attributes.find((one) => one.name === name)
}

export function intOf(node: OnnxNode, name: string, byDefault: number): number {
  return attribute(node, name)?.i ?? byDefault
}

export function floatOf(node: OnnxNode, name: string, byDefault: number): number {
  return attribute(node, name)?.f ?? byDefault
}

export function intAttribute(name: string, i: number): OnnxAttribute {
  return { name, type: ATTRIBUTE_TYPE.int, i }
}

export function intsAttribute(name: string, ints: number[]): OnnxAttribute {
  return { name, type: ATTRIBUTE_TYPE.ints, ints }
}

export function stringAttribute(name: string, s: string): OnnxAttribute {
  return { name, type: ATTRIBUTE_TYPE.string, s }
}

/** A node made here. */
export function makeNode(
  opType: string,
  inputs: string[],
  outputs: string[],
  name = '',
  attributes: OnnxAttribute[] = [],
  domain = ''
): OnnxNode {
  return { name, opType, domain, inputs, outputs, attributes }
}

/** The graphs that a node carries: the branches of If, the body of Loop and Scan. */
export function subgraphs(node: OnnxNode): OnnxGraph[] {
  return node.attributes.flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])])
}

/** How people find a node: by its name, or by what it makes when it has none. */
export function labelOf(node: OnnxNode): string {
  return node.name || node.outputs.find((output) => output) || node.opType
}
