/**
 * Mean Kullback-Leibler divergence (nats) from the original by GGUF type, for a model of
 * 8 billion parameters. Measured by llama.cpp on Llama-3-8B and WikiText-2 with a context of 512
 * (`examples/perplexity/README.md`, February 2025); the second group is our interpolation by the
 * perplexities of the same table and by bits per weight.
 */
const DIVERGENCE: Readonly<Record<string, number>> = {
  Q8_0: 0.00136,
  Q6_K: 0.0055,
  Q5_K_M: 0.0108,
  Q5_K_S: 0.0166,
  Q5_1: 0.018,
  Q5_0: 0.0222,
  Q4_K_M: 0.0313,
  IQ4_NL: 0.0357,
  IQ4_XS: 0.0363,
  Q4_K_S: 0.0431,
  Q4_1: 0.0717,
  Q4_0: 0.0719,
  Q3_K_M: 0.102,
  Q2_K: 0.445,

  F32: 0,
  F16: 0,
  BF16: 0.0001,
  Q3_K_L: 0.087,
  IQ3_M: 0.11,
  IQ3_S: 0.12,
  IQ3_XS: 0.15,
  IQ3_XXS: 0.2,
  Q3_K_S: 0.25,
  IQ2_M: 0.34,
  IQ2_S: 0.45,
  IQ2_XS: 0.55,
  Q2_K_S: 0.6,
  IQ2_XXS: 0.75,
  IQ1_M: 1.3,
  IQ1_S: 1.9,
  MXFP4_MOE: 0.06,
  // For models that were trained with three-valued weights; others are destroyed.
  TQ1_0: 4,
  TQ2_0: 4,

  // Perplexity of Llama-2-7B at 4 bit in groups of 128 rises by 2.4 % with AWQ and 4 % with GPTQ
  // (AWQ paper, table 4), which in the table above is between Q4_K_M and Q4_K_S.
  awq: 0.03,
  gptq: 0.043,
}

/** A divergence of 0.1 is felt; one of 1 is another model. */
const STEEPNESS = 4

/**
 * The quality to expect, 0 (unusable) to 1 (indistinguishable): e^(−4·KL). Small models have less
 * to spare: their divergence is taken larger by the 0.15th power of the size, within a factor of
 * 2.5, which is a judgement and not a measurement.
 */
export function expectedQuality(type: string, parameters: number): number | undefined {
  const divergence = DIVERGENCE[type]
  if (divergence === undefined) return undefined
  const factor = Math.min(2.5, Math.max(0.7, (8e9 / Math.max(1, parameters)) ** 0.15))
  return Math.round(Math.exp(-STEEPNESS * divergence * factor) * 1000) / 1000
}
