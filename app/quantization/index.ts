/**
 * Quantization: models that come in, the jobs that make them smaller, the proof that they still
 * work. The public face for rooms above.
 */
import '#app/quantization/events'

export { default as QuantizationJob } from '#app/quantization/models/quantization_job'
export { default as QuantizationModel } from '#app/quantization/models/quantization_model'
export { RegisterModel } from '#app/quantization/services/register_model'
export { StartJob } from '#app/quantization/services/start_job'
