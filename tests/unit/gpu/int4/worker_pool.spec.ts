import { test } from '@japa/runner'
import type { Int4Handlers } from '#gpu/int4/handlers'
import { sharedFloats } from '#gpu/linalg/gemm'
import { WorkerPool } from '#gpu/linalg/worker_pool'

const entry = new URL('../../../../gpu/int4/worker.ts', import.meta.url)

test('threads share matrices, tell what failed, and stop when asked', async ({ assert }) => {
  const controller = new AbortController()
  const pool = new WorkerPool<Int4Handlers>(entry, controller.signal, 1)
  const hessian = { data: sharedFloats(9), rows: 3, columns: 3 }
  hessian.data.set([4, 2, 0, 2, 5, 0, 0, 0, 9])
  const columns = Uint32Array.of(2, 1, 0)
  const factor = await pool.run('factorize', { hessian, columns, damp: 0 })
  assert.deepEqual([...factor!.panels[0]!.data], [2, 0, 0, 1, 2, 0, 0, 0, 3])
  hessian.data[0] = -1
  assert.isNull(await pool.run('factorize', { hessian, columns, damp: 0 }))
  const broken = { hessian: null as never, columns, damp: 0 }
  await assert.rejects(() => pool.run('factorize', broken))
  controller.abort()
  const stopped = await pool.run('factorize', { hessian, columns, damp: 0 }).catch((error) => error)
  assert.equal((stopped as Error).name, 'AbortError')
  await pool.close()
}).timeout(30_000)
