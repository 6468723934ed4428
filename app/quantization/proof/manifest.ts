import type { Evaluation, Failure, QuantizeResult } from '#gpu/protocol'
import { publicKey, signText } from '#app/quantization/proof/signing_key'
import type { Verdict } from '#app/quantization/proof/verdict'

export const MANIFEST_NAME = 'manifest.json'

export interface ManifestInput {
  jobId: string
  model: { name: string; format: string | null; architecture: string | null; bytes: number }
  result: QuantizeResult
  evaluation: Evaluation | null
  /** Why there is no comparison with the original. */
  notCompared: Failure | null
  verdict: Verdict
  finishedAt: Date
}

/**
 * What was made from what, by what, and how it was judged, as JSON with an Ed25519 signature over
 * the text of `manifest` as it stands in the file. Verify with any Ed25519 library:
 * `verify(JSON.stringify(file.manifest), base64(file.signature.value), file.signature.publicKey)`.
 */
export function signedManifest(input: ManifestInput): string {
  const { result, evaluation } = input
  const manifest = {
    version: 1,
    job: input.jobId,
    finishedAt: input.finishedAt.toISOString(),
    model: input.model,
    method: result.method,
    options: result.options,
    calibration: result.calibration ?? null,
    files: result.files,
    bytesBefore: result.bytesBefore,
    bytesAfter: result.bytesAfter,
    versions: result.versions,
    verdict: input.verdict,
    evaluation: evaluation && figuresOf(evaluation),
    ...(input.notCompared ? { notCompared: input.notCompared } : {}),
  }
  const signature = {
    algorithm: 'Ed25519',
    publicKey: publicKey(),
    value: signText(JSON.stringify(manifest)),
  }
  return `${JSON.stringify({ manifest, signature }, null, 2)}\n`
}

/** The figures without the texts that the models wrote. */
function figuresOf(evaluation: Evaluation): Record<string, unknown> {
  if (evaluation.kind === 'graph') return { ...evaluation, notes: undefined }
  return { ...evaluation, samples: undefined, notes: undefined }
}
