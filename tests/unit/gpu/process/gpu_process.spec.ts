import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import type { Progress, QuantizeOrder } from '#gpu/protocol'
import { GpuProcess, type GpuProcessOptions } from '#providers/gpu_process/gpu_process'
import { GpuFailure } from '#shared/gpu/gpu'

const ENTRY = new URL('../../../fixtures/gpu/misbehaving_process.ts', import.meta.url)

const order = (source: string): QuantizeOrder => {
  return { source, method: 'int8', options: {}, out: '/out', checkpoint: '/checkpoint' }
}

test.group('Supervisor of the GPU process', (group) => {
  let folder: string
  let opened: GpuProcess[] = []
  let lines: string[] = []

  group.each.setup(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gpu-'))
    lines = []
    return async () => {
      await Promise.all(opened.splice(0).map((each) => each.stop()))
      await rm(folder, { recursive: true })
    }
  })

  function open(options: Partial<GpuProcessOptions> = {}) {
    const gpu = new GpuProcess({
      entry: ENTRY,
      lockPath: join(folder, 'device.lock'),
      log: (line) => lines.push(line),
      heartbeatMs: 100,
      ...options,
    })
    opened.push(gpu)
    return gpu
  }

  async function failureOf(work: Promise<unknown>) {
    const error = await work.then(
      () => null,
      (reason) => reason
    )
    if (!(error instanceof GpuFailure)) throw new Error(`no failure: ${error}`)
    return error.failure
  }

  test('answers with the result and reports progress on the way', async ({ assert }) => {
    const gpu = open()
    assert.equal(gpu.status().state, 'stopped')
    const seen: Progress[] = []
    const result = await gpu.run('quantize', order('work'), {
      onProgress: (progress) => seen.push(progress),
    })
    assert.containsSubset(result, { verb: 'work' })
    assert.equal(seen[0]!.stage, 'waiting')
    const fractions = seen.slice(1).map(({ fraction }) => fraction)
    assert.isAtLeast(fractions.length, 2)
    assert.deepEqual(fractions, [...fractions].sort())
    assert.containsSubset(gpu.status(), { state: 'running', running: [], lastCrash: null })
  })

  test('a refusal keeps its words, an unexpected error does not', async ({ assert }) => {
    const gpu = open()
    assert.deepEqual(await failureOf(gpu.run('inspect', { source: 'refuse' })), {
      code: 'E_TRUNCATED',
      message: 'The file ends too early.',
      params: { bytes: 3 },
      retryable: false,
    })
    const unexpected = await failureOf(gpu.run('inspect', { source: 'break' }))
    assert.equal(unexpected.code, 'E_UNEXPECTED')
    assert.notInclude(unexpected.message, 'secret')
    assert.include(lines.join('\n'), 'secret detail')
  })

  for (const [verb, code] of [
    ['segfault', 'E_NATIVE_CRASH'],
    ['killed', 'E_OUT_OF_MEMORY'],
  ] as const) {
    test(`survives a process that ends by ${verb}`, async ({ assert }) => {
      const gpu = open()
      const failure = await failureOf(gpu.run('inspect', { source: verb }))
      assert.containsSubset(failure, { code, retryable: true })
      assert.isNotNull(gpu.status().lastCrash)
      assert.containsSubset(await gpu.run('inspect', { source: 'work' }), { verb: 'work' })
    })
  }

  test('ends a process that grows too large', async ({ assert }) => {
    const gpu = open({ memoryLimitBytes: 400 * 1024 * 1024 })
    const failure = await failureOf(gpu.run('inspect', { source: 'grow' }))
    assert.equal(failure.code, 'E_OUT_OF_MEMORY')
  })

  test('ends a process that says nothing any more', async ({ assert }) => {
    const gpu = open({ silenceMs: 500 })
    const failure = await failureOf(gpu.run('inspect', { source: 'freeze' }))
    assert.equal(failure.code, 'E_UNRESPONSIVE')
  })

  test('ignores messages that are none', async ({ assert }) => {
    const gpu = open()
    assert.containsSubset(await gpu.run('inspect', { source: 'babble' }), { verb: 'babble' })
    assert.isTrue(lines.some((line) => line.startsWith('unreadable message')))
  })

  test('cancels within a second, also what does not listen', async ({ assert }) => {
    const gpu = open()
    for (const verb of ['work', 'ignore_cancel']) {
      const controller = new AbortController()
      const bystander = verb === 'ignore_cancel' ? gpu.run('inspect', { source: 'work' }) : null
      const work = gpu.run('quantize', order(verb), { signal: controller.signal })
      await new Promise((resolve) => setTimeout(resolve, 500))
      const startedAt = performance.now()
      controller.abort()
      assert.equal((await failureOf(work)).code, 'E_CANCELLED')
      assert.isBelow(performance.now() - startedAt, 1500)
      if (bystander) assert.containsSubset(await bystander, { verb: 'work' })
    }
    assert.isNull(gpu.status().lastCrash)
  }).timeout(20_000)

  test('one heavy task at a time, also between processes', async ({ assert }) => {
    const one = open()
    const other = open()
    let atWork = 0
    let most = 0
    const watch = () => {
      let counted = false
      return ({ stage, fraction }: Progress) => {
        if (stage !== 'working') return
        if (!counted) most = Math.max(most, ++atWork)
        counted = true
        if (fraction === 1) atWork--
      }
    }
    await Promise.all(
      [one, one, other].map((gpu) =>
        gpu.run('quantize', order('work'), { onProgress: watch() }).then(() => (atWork = 0))
      )
    )
    assert.equal(most, 1)
  }).timeout(20_000)

  test('stops when nothing is asked of it', async ({ assert }) => {
    const gpu = open({ idleMs: 100 })
    await gpu.run('inspect', { source: 'refuse' }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 600))
    assert.equal(gpu.status().state, 'stopped')
  })

  test('stopping the box tells that the work goes on later', async ({ assert }) => {
    const gpu = open()
    const work = failureOf(gpu.run('quantize', order('ignore_cancel')))
    await new Promise((resolve) => setTimeout(resolve, 800))
    await gpu.stop()
    assert.containsSubset(await work, { code: 'E_STOPPED', retryable: true })
  })
})
