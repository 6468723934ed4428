import { type ChildProcess, fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'

/** Settings that the GPU process may know. It reads strangers' files, so it gets no secrets. */
const PASSED =
  /^(PATH|HOME|LANG|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|NODE_ENV|GPU_.*|GGML_.*|CUDA_.*|VK_.*|LD_LIBRARY_PATH|OMP_.*|LC_.*)$/i
/** Unix niceness: pages and answers go before models. */
const NICENESS = 10

/** `gpu/main` beside this file, as TypeScript in development and tests. */
export function gpuEntry(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`../../gpu/main.${extension}`, import.meta.url)
}

/** Threads of the pool that files need, beside one per core for native calls. */
const FILE_THREADS = 4

/** `settings` are those of the box that the environment does not name. */
export function spawnProcess(entry: URL, settings: NodeJS.ProcessEnv = {}): ChildProcess {
  const isTypeScript = entry.pathname.endsWith('.ts')
  const child = fork(fileURLToPath(entry), [], {
    env: {
      UV_THREADPOOL_SIZE: String(availableParallelism() + FILE_THREADS),
      ...settings,
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED.test(name))),
    },
    execArgv: [
      '--enable-source-maps',
      ...(isTypeScript ? ['--import', import.meta.resolve('@poppinss/ts-exec')] : []),
    ],
    // Structured clone: figures that are not finite stay what they are.
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  if (child.pid) stepBack(child.pid)
  return child
}

/** Lets the rest of the box go first: for the processor, and when memory runs out. */
function stepBack(pid: number): void {
  try {
    setPriority(pid, NICENESS)
    writeFileSync(`/proc/${pid}/oom_score_adj`, '800')
  } catch {
    // Not on every system, and not needed for the work itself.
  }
}
