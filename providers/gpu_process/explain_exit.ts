import type { Failure } from '#gpu/protocol'

/** Why the supervisor ended the process itself. */
export type KillReason = 'out_of_memory' | 'unresponsive' | 'cancelled' | 'stopped'

const CRASHES = new Set(['SIGSEGV', 'SIGABRT', 'SIGILL', 'SIGBUS', 'SIGFPE', 'SIGTRAP'])

/** What people are told when the process is gone and their work with it. Always worth a retry. */
export function explainExit(
  reason: KillReason | null,
  code: number | null,
  signal: NodeJS.Signals | null
): Failure {
  if (reason === 'out_of_memory' || (!reason && signal === 'SIGKILL')) {
    return failure(
      'E_OUT_OF_MEMORY',
      'The GPU process was ended, most likely because this box ran out of memory. Finished ' +
        'tensors are kept: the work goes on from there. If it happens again, close other ' +
        'programs, or choose a method that needs less memory.'
    )
  }
  if (reason === 'unresponsive') {
    return failure(
      'E_UNRESPONSIVE',
      'The GPU process did not answer any more and was started again. The work goes on from the ' +
        'last finished tensor.'
    )
  }
  if (reason === 'stopped') {
    return failure('E_STOPPED', 'The box was stopped. The work goes on when it is started again.')
  }
  if (signal && CRASHES.has(signal)) {
    return failure(
      'E_NATIVE_CRASH',
      `A native library crashed on this model (${signal}). The work goes on from the last ` +
        'finished tensor; if it happens again, this model or this method does not work here.',
      { signal }
    )
  }
  const end = signal ?? `code ${code}`
  return failure('E_PROCESS_ENDED', `The GPU process ended unexpectedly (${end}).`, { end })
}

function failure(code: string, message: string, params: Failure['params'] = {}): Failure {
  return { code, message, params, retryable: true }
}
