import type { SeededRandom } from '#shared/random'

/** Numbers at which readers go wrong. */
const EDGES = [0n, 1n, 127n, 255n, 2n ** 16n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n]
const HUGE_EDGES = [2n ** 40n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n]

/** The bytes with one to four faults: flips, extreme numbers, cuts, repeats, foreign pieces. */
export function mutate(random: SeededRandom, seed: Buffer, seeds: readonly Buffer[]): Buffer {
  let bytes = Buffer.from(seed)
  for (let left = random.between(1, 4); left > 0; left--) bytes = fault(random, bytes, seeds)
  return bytes
}

function fault(random: SeededRandom, bytes: Buffer<ArrayBuffer>, seeds: readonly Buffer[]) {
  if (bytes.length < 16) return Buffer.concat([bytes, Buffer.alloc(16, random.between(0, 255))])
  const at = random.between(0, bytes.length - 1)
  const length = random.between(1, Math.min(64, bytes.length - at))
  switch (random.between(0, 7)) {
    case 0:
      bytes[at]! ^= 1 << random.between(0, 7)
      return bytes
    case 1:
      bytes[at] = random.between(0, 255)
      return bytes
    case 2:
      bytes.writeUInt32LE(Number(random.pick(EDGES)), Math.min(at, bytes.length - 4))
      return bytes
    case 3:
      bytes.writeBigUInt64LE(random.pick(HUGE_EDGES), Math.min(at, bytes.length - 8))
      return bytes
    case 4:
      return bytes.subarray(0, at)
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
    case 6:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)])
    default: {
      const other = random.pick(seeds)
      const from = random.between(0, other.length - 1)
      const piece = other.subarray(from, from + length)
      return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
    }
  }
}
