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

/** Smallest and largest value of each channel, zero included. */
export interface Ranges {
  min: Float32Array
  max: Float32Array
  /** False when a value is NaN or infinite; the ranges are of no use then. */
  finite: boolean
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
  return { min: new Float32Array(channels), max: new Float32Array(channels), finite: true }
}

/** Takes the values from `start` on into account. */
export function addToRanges(
  ranges: Ranges,
  { channels, inner }: Channels,
  values: Float32Array,
  start: number
): void {
  let check = 0
  if (inner === 1 && channels > 1) {
    const { min, max } = ranges
    let channel = start % channels
    const { length } = values
    for (let i = 0; i < length; i++) {
      const value = values[i]!
      check += value * 0
      if (value < min[channel]!) min[channel] = value
      else if (value > max[channel]!) max[channel] = value
      if (++channel === channels) channel = 0
    }
  } else {
    eachRun(channels, inner, values.length, start, (channel, from, to) => {
      let min = ranges.min[channel]!
      let max = ranges.max[channel]!
      for (let i = from; i < to; i++) {
        const value = values[i]!
        check += value * 0
        if (value < min) min = value
        else if (value > max) max = value
      }
      ranges.min[channel] = min
      ranges.max[channel] = max
    })
  }
  // 0 × NaN and 0 × ∞ are NaN, and NaN stays NaN in a sum.
  if (check !== 0) ranges.finite = false
}

/** Least and greatest quantized value for which the scale is made. */
function limits({ type, symmetric, reduceRange }: Target): [low: number, high: number] {
  if (type === 'uint8') return reduceRange ? [0, 127] : [0, 255]
  if (reduceRange) return [-64, 64]
  return symmetric ? [-127, 127] : [-128, 127]
}

export function scalesOf({ min, max }: Ranges, target: Target): Scales {
  const [low, high] = limits(target)
  const scale = new Float32Array(min.length)
  const zeroPoint = new Int16Array(min.length)
  const channels = min.length
  for (let channel = 0; channel < channels; channel++) {
    let least = min[channel]!
    let greatest = max[channel]!
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
  const high = low + 255
  let error = 0
  let weight = 0
  if (inner === 1 && channels > 1) {
    let channel = start % channels
    const { length } = values
    for (let i = 0; i < length; i++) {
      const value = values[i]!
      const step = scale[channel]!
      const zero = zeroPoint[channel]!
      let q = Math.fround(value / step) + ROUND - ROUND + zero
      q = q < low ? low : q > high ? high : q
      out[i] = q
      const off = value - (q - zero) * step
      error += off * off
      weight += value * value
      if (++channel === channels) channel = 0
    }
  } else {
    eachRun(channels, inner, values.length, start, (channel, from, to) => {
      const step = scale[channel]!
      const zero = zeroPoint[channel]!
      let runError = 0
      let runWeight = 0
      for (let i = from; i < to; i++) {
        const value = values[i]!
        let q = Math.fround(value / step) + ROUND - ROUND + zero
        q = q < low ? low : q > high ? high : q
        out[i] = q
        const off = value - (q - zero) * step
        runError += off * off
        runWeight += value * value
      }
      error += runError
      weight += runWeight
    })
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
