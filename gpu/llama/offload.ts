import { availableParallelism } from 'node:os'
import { deviceMemory, openLlama } from './library.js'

/** Left free on a graphics card for work memory, the cache of the context and the system. */
const RESERVE_BYTES = 1.5 * 1024 ** 3

/** Models below this spend more time meeting at barriers than computing. */
const SINGLE_THREAD_BYTES = 32 * 1024 ** 2

export interface Size {
  bytes: number
  layers: number
}

/**
 * Layers that fit on the graphics cards beside `reserve`; -1 is all, 0 none. Layers are about
 * equal, and the output counts as one more.
 */
export function layersThatFit(size: Size, freeBytes: number, reserve = RESERVE_BYTES): number {
  const room = freeBytes - reserve
  if (room >= size.bytes) return -1
  return Math.max(0, Math.floor(room / (size.bytes / (size.layers + 1))))
}

/** Free memory of all graphics cards that compute, in bytes; 0 without one. */
export function freeGpuBytes(): number {
  const { native, devices, backend } = openLlama()
  if (backend.name === 'cpu') return 0
  const gpus = devices.filter(({ gpu }) => gpu)
  return gpus.reduce((sum, device) => sum + deviceMemory(native, device).free, 0)
}

/** Threads for a model of that size. */
export function threadsFor(bytes: number): number {
  return bytes < SINGLE_THREAD_BYTES ? 1 : availableParallelism()
}
