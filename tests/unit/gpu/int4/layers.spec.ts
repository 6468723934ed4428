import { test } from '@japa/runner'
import type { TensorInfo } from '#gpu/formats/tensor_source'
import { architectureOf } from '#gpu/int4/architectures'
import { findLayers } from '#gpu/int4/layers'

function layer(modelType: string, shapes: Record<string, number[]>) {
  const tensors = new Map<string, TensorInfo>(
    Object.entries(shapes).map(([short, shape]) => {
      const name = `model.layers.0.${short}.weight`
      return [name, { name, shape, dtype: 'F16', bytes: 0 }]
    })
  )
  const found = findLayers(tensors, architectureOf({ model_type: modelType }))[0]!
  const mappings = found.mappings.map(({ from, linears }) => {
    const source = 'norm' in from ? from.norm : `${from.linear.module}[${from.firstRow}:]`
    const targets = linears.map(({ module }) => module.replace('model.layers.0.', '')).join(' ')
    return `${source.replace('model.layers.0.', '').replace('.weight', '')} -> ${targets}`
  })
  return { found, mappings }
}

const attention = (heads: number, values: number) => ({
  'input_layernorm': [64],
  'self_attn.q_proj': [heads, 64],
  'self_attn.k_proj': [values, 64],
  'self_attn.v_proj': [values, 64],
  'self_attn.o_proj': [64, heads],
})
const feedForward = {
  'mlp.gate_proj': [128, 64],
  'mlp.up_proj': [128, 64],
  'mlp.down_proj': [64, 128],
}

test.group('AWQ mappings', () => {
  test('values feed the output projection only when each head has its own', ({ assert }) => {
    const norms = { post_attention_layernorm: [64] }
    const { mappings } = layer('llama', { ...attention(64, 64), ...feedForward, ...norms })
    assert.deepEqual(mappings, [
      'input_layernorm -> self_attn.q_proj self_attn.k_proj self_attn.v_proj',
      'self_attn.v_proj[0:] -> self_attn.o_proj',
      'post_attention_layernorm -> mlp.gate_proj mlp.up_proj',
      'mlp.up_proj[0:] -> mlp.down_proj',
    ])
    const grouped = layer('qwen2', { ...attention(64, 32), ...feedForward, ...norms })
    assert.notInclude(grouped.mappings.join(), 'o_proj')
  })

  test('Gemma 3 scales before its feed-forward norm only, Phi-3 inside fused rows', ({
    assert,
  }) => {
    const norms = { post_attention_layernorm: [64], pre_feedforward_layernorm: [64] }
    const gemma = layer('gemma3_text', { ...attention(64, 32), ...feedForward, ...norms })
    assert.deepEqual(gemma.mappings, [
      'pre_feedforward_layernorm -> mlp.gate_proj mlp.up_proj',
      'mlp.up_proj[0:] -> mlp.down_proj',
    ])
    const phi = layer('phi3', {
      'input_layernorm': [64],
      'self_attn.qkv_proj': [192, 64],
      'self_attn.o_proj': [64, 64],
      'post_attention_layernorm': [64],
      'mlp.gate_up_proj': [256, 64],
      'mlp.down_proj': [64, 128],
    })
    assert.deepEqual(phi.mappings, [
      'input_layernorm -> self_attn.qkv_proj',
      'self_attn.qkv_proj[128:] -> self_attn.o_proj',
      'post_attention_layernorm -> mlp.gate_up_proj',
      'mlp.gate_up_proj[128:] -> mlp.down_proj',
    ])
  })

  test('experts have statistics of their own; the router stays as it is', ({ assert }) => {
    const { found, mappings } = layer('mixtral', {
      ...attention(64, 32),
      'post_attention_layernorm': [64],
      'block_sparse_moe.gate': [2, 64],
      'block_sparse_moe.experts.0.w1': [128, 64],
      'block_sparse_moe.experts.0.w2': [64, 128],
      'block_sparse_moe.experts.0.w3': [128, 64],
      'block_sparse_moe.experts.1.w2': [64, 128],
    })
    assert.notInclude(found.linears.map(({ module }) => module).join(), 'moe.gate')
    const down = found.linears.find(({ module }) => module.endsWith('experts.1.w2'))
    assert.deepInclude(down, { input: 'blk.0.ffn_down_exps.weight', expert: 1 })
    assert.deepEqual(mappings.slice(1), [
      'block_sparse_moe.experts.0.w3[0:] -> block_sparse_moe.experts.0.w2',
    ])
  })
})
