import { cholesky } from '#gpu/linalg/cholesky'
import { Gemm, matrix, type Matrix } from '#gpu/linalg/gemm'
import { solveSlice } from '#gpu/gptq/solve_slice'
import { SeededRandom } from '#shared/random'
import type { BenchRow } from '#tests/bench/table'

const N = 4096
const ROWS = 512

/**
 * GPTQ's arithmetic on one layer of 4096 inputs, beside the matrix product of the same library on
 * the same thread: multiplications and additions per second of processor time, so that a busy
 * machine does not change the ratio.
 */
export async function run(): Promise<BenchRow[]> {
  const gemm = new Gemm(1)
  const hessian = await madeUpHessian(gemm)
  const square = matrix(new Float32Array(N * N), N, N)
  await gemm.abT(hessian, hessian, square)
  const product = await rate(2 * N ** 3, () => gemm.abT(hessian, hessian, square))
  const order = Uint32Array.from({ length: N }, (_, i) => i)
  const factor = await cholesky(gemm, hessian, order, 1)
  const factorizing = await rate(N ** 3 / 3, () => cholesky(gemm, hessian, order, 1))
  const generator = new SeededRandom(5)
  const weights = Float32Array.from({ length: N * ROWS }, () => generator.next() - 0.5)
  const solving = await rate(ROWS * N ** 2, () =>
    solveSlice(gemm, {
      weights: matrix(weights, N, ROWS),
      factor,
      columns: order.slice().reverse(),
      ...{ bits: 4, symmetric: true, lowestZero: 1, mse: false },
      ...{ groupSize: 128, fixedGroups: false, groupsByOrder: false },
    })
  )
  await gemm.dispose()
  const share = (each: number) => (100 * each) / product
  return [
    { name: 'matrix product 4096', value: product, unit: 'GFLOP/s' },
    {
      name: 'Cholesky 4096, of the product’s rate',
      value: share(factorizing),
      unit: '%',
      target: 50,
    },
    { name: 'GPTQ of 512 rows, of the product’s rate', value: share(solving), unit: '%' },
  ]
}

async function rate(operations: number, work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return operations / (user + system) / 1000
}

async function madeUpHessian(gemm: Gemm): Promise<Matrix> {
  const generator = new SeededRandom(3)
  const inputs = Float32Array.from({ length: N * 64 }, () => generator.next() - 0.5)
  const h = matrix(new Float32Array(N * N), N, N)
  await gemm.abT(matrix(inputs, N, 64), matrix(inputs, N, 64), h)
  return h
}
