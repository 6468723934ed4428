import type { HuggingFaceModel } from '../formats/open_model.js'
import type { Workers } from '../linalg/worker_pool.js'
import type { QuantizeOrder } from '../protocol.js'
import type { Architecture } from './architectures.js'
import type { Int4Handlers } from './handlers.js'
import type { LayerCheckpoint } from './layer_checkpoint.js'
import type { Int4Plan } from './plan.js'
import type { StagedProgress } from './progress.js'
import type { Int4Settings } from './settings.js'

/** Everything that the parts of a job need to know of it. */
export interface Int4Job {
  order: QuantizeOrder
  settings: Int4Settings
  model: HuggingFaceModel
  architecture: Architecture
  plan: Int4Plan
  /** Of what stays in 16 bits: BF16 where F16 would overflow. */
  dtype: 'F16' | 'BF16'
  checkpoint: LayerCheckpoint
  pool: Workers<Int4Handlers>
  progress: StagedProgress
  signal: AbortSignal
}
