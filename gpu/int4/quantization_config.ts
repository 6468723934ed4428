import type { Int4Plan } from './plan.js'
import type { Int4Settings } from './settings.js'

/**
 * `quantization_config` of config.json, as vLLM, transformers, GPTQModel and AutoAWQ read it
 * (facts: GPTQModel `QuantizeConfig.to_dict`, transformers `AwqConfig`, vLLM `gptq_marlin.py`,
 * `awq_marlin.py`).
 */
export function quantizationConfig(settings: Int4Settings, plan: Int4Plan) {
  const skipped = [...plan.leftAlone.keys()]
  const { bits, groupSize, symmetric } = settings
  if (settings.method === 'awq') {
    return {
      quant_method: 'awq',
      bits,
      group_size: groupSize,
      // Symmetric rounding is stored with zeros of 8, which every kernel reads.
      zero_point: true,
      version: 'gemm',
      modules_to_not_convert: skipped.length > 0 ? skipped : null,
    }
  }
  const { actOrder, dampPercent, sequential, format, mse } = settings
  return {
    quant_method: 'gptq',
    bits,
    group_size: groupSize,
    desc_act: actOrder === 'full',
    static_groups: actOrder === 'static',
    sym: symmetric,
    lm_head: false,
    damp_percent: dampPercent,
    true_sequential: sequential,
    checkpoint_format: format,
    pack_dtype: 'int32',
    // GPTQModel's syntax for modules that are left alone.
    ...(skipped.length > 0
      ? { dynamic: Object.fromEntries(skipped.map((name) => [`-:${escape(name)}$`, {}])) }
      : {}),
    meta: {
      quantizer: ['comptoir:1'],
      act_group_aware: actOrder === 'group',
      mse: mse ? 1 : 0,
    },
  }
}

const escape = (name: string) => name.replaceAll('.', '\\.')
