/**
 * The arithmetic of 8-bit weights, the same to the last bit as ONNX Runtime's
 * (onnxruntime/quantization/quant_utils.py, 1.30: `compute_scale_zp`, `quantize_nparray`).
 */

/**
 * Which scale a value belongs to: value i of the tensor, row-major, has channel
 * `floor(i / inner) % channels`.
 */
export interface Channels {
  channels: number
  inner: number
}

export interface Target {
  type: 'int8' | 'uint8'
  /** Zero in the middle: 0 for int8, 128 for uint8; otherwise the weights' range is used in full. */
  symmetric: boolean
  /** 7 bits, for processors whose 8-bit products saturate (AVX2 and AVX-512 without VNNI). */
  reduceRange: boolean
}

/**
 * How far the values of each channel reach below and above zero, both as magnitudes. A NaN or an
 * infinite value shows as one.
 */
export interface Ranges {
  below: Float32Array
  above: Float32Array
}

export interface Scales {
  scale: Float32Array
  zeroPoint: Int16Array
}

/** Below the smallest normal float32 a scale is of no use. */
const SMALLEST_SCALE = 2 ** -126

/** Adding and subtracting it rounds a double to the nearest whole number, halves to even. */
const ROUND = 1.5 * 2 ** 52

export function startRanges(channels: number): Ranges {
  return { below: new Float32Array(channels), above: new Float32Array(channels) }
}

export function areFinite({ below, above }: Ranges): boolean {
  return [below, above].every((side) => side.every((value) => value < Infinity))
}

/** The sign of a float32, seen as a whole number. */
const SIGN = -0x80000000

/**
 * Takes the values from `start` on into account. Positive floats are ordered like the whole
 * numbers with the same bits, and so are negative ones once their sign bit is turned; infinity and
 * NaN come above all others. Comparing those numbers needs no branch for signs or NaN.
 */
export function addToRanges(
  ranges: Ranges,
  { channels, inner }: Channels,
  values: Float32Array,
  start: number
): void {
  const bits = wholes(values)
  const below = wholes(ranges.below)
  const above = wholes(ranges.above)
  if (inner === 1 && channels > 1) {
    const { length } = bits
    let channel = start % channels
    for (let i = 0; i < length; i++) {
      const value = bits[i]!
      if (value > above[channel]!) above[channel] = value
      else if ((value ^ SIGN) > below[channel]!) below[channel] = value ^ SIGN
      if (++channel === channels) channel = 0
    }
    return
  }
  eachRun(channels, inner, bits.length, start, (channel, from, to) => {
    let low = below[channel]!
    let high = above[channel]!
    for (let i = from; i < to; i++) {
      const value = bits[i]!
      high = Math.max(high, value)
      low = Math.max(low, value ^ SIGN)
    }
    below[channel] = low
    above[channel] = high
  })
}

function wholes({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length)
}

/** Least and greatest quantized value for which the scale is made. */
function limits({ type, symmetric, reduceRange }: Target): [low: number, high: number] {
  if (type === 'uint8') return reduceRange ? [0, 127] : [0, 255]
  if (reduceRange) return [-64, 64]
  return symmetric ? [-127, 127] : [-128, 127]
}

export function scalesOf({ below, above }: Ranges, target: Target): Scales {
  const [low, high] = limits(target)
  const channels = below.length
  const scale = new Float32Array(channels)
  const zeroPoint = new Int16Array(channels)
  for (let channel = 0; channel < channels; channel++) {
    let least = -below[channel]!
    let greatest = above[channel]!
    if (target.symmetric) {
      greatest = Math.max(-least, greatest)
      least = -greatest
    }
    const exact = Math.fround(greatest - least) / (high - low)
    if (exact < SMALLEST_SCALE || !Number.isFinite(exact)) {
      scale[channel] = 1
      continue
    }
    scale[channel] = exact
    zeroPoint[channel] = target.symmetric
      ? roundHalfEven((low + high) / 2)
      : roundHalfEven(low - least / exact)
  }
  return { scale, zeroPoint }
}

function roundHalfEven(value: number): number {
  return value + ROUND - ROUND
}

/** Sums for the relative error of the weights, sqrt(Σ(w − q)² / Σw²). */
export interface ErrorSums {
  error: number
  weight: number
}

/** Quantizes the values from `start` on into `out` and adds to the error sums. */
export function quantizeValues(
  values: Float32Array,
  start: number,
  { channels, inner }: Channels,
  { scale, zeroPoint }: Scales,
  out: Int8Array | Uint8Array,
  sums: ErrorSums
): void {
  const low = out instanceof Int8Array ? -128 : 0
  if (inner === 1 && channels > 1) {
    quantizeColumns(values, start % channels, scale, zeroPoint, low, out, sums)
    return
  }
  eachRun(channels, inner, values.length, start, (channel, from, to) => {
    const step = scale[channel]!
    const zero = zeroPoint[channel]!
    quantizeRun(values, from, to, step, zero, low, out, sums)
  })
}

/**
 * One channel. Values are clamped as bytes from 0 to 255, counted from `low`: bounds that the
 * compiler knows make the loop more than twice as fast.
 */
function quantizeRun(
  values: Float32Array,
  from: number,
  to: number,
  step: number,
  zero: number,
  low: number,
  out: Int8Array | Uint8Array,
  sums: ErrorSums
): void {
  const shift = zero - low
  let error = 0
  let weight = 0
  for (let i = from; i < to; i++) {
    const value = values[i]!
    const whole = ((Math.fround(value / step) + ROUND - ROUND) | 0) + shift
    const byte = Math.min(255, Math.max(0, whole))
    out[i] = byte + low
    const off = value - (byte - shift) * step
    error += off * off
    weight += value * value
  }
  sums.error += error
  sums.weight += weight
}

/** One channel per column of a matrix, the first value being in column `channel`. */
function quantizeColumns(
  values: Float32Array,
  channel: number,
  scale: Float32Array,
  zeroPoint: Int16Array,
  low: number,
  out: Int8Array | Uint8Array,
  sums: ErrorSums
): void {
  const { length } = values
  let error = 0
  let weight = 0
  let column = channel
  for (let i = 0; i < length; i++) {
    const value = values[i]!
    const step = scale[column]!
    const shift = zeroPoint[column]! - low
    const whole = ((Math.fround(value / step) + ROUND - ROUND) | 0) + shift
    const byte = Math.min(255, Math.max(0, whole))
    out[i] = byte + low
    const off = value - (byte - shift) * step
    error += off * off
    weight += value * value
    if (++column === scale.length) column = 0
  }
  sums.error += error
  sums.weight += weight
}

/** Stretches of one channel within the values [start, start + length). */
function eachRun(
  channels: number,
  inner: number,
  length: number,
  start: number,
  run: (channel: number, from: number, to: number) => void
): void {
  if (channels === 1) return run(0, 0, length)
  for (let from = 0; from < length;) {
    const at = start + from
    const to = Math.min(length, from + inner - (at % inner))
    run(Math.floor(at / inner) % channels, from, to)
    from = to
  }
}
