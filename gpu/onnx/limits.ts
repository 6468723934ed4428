/**
 * Bounds of the ONNX reader. Real models stay far below them; a damaged or hostile file reaches
 * them before it costs memory.
 */

/** Protobuf's own cap on one message: 2 GiB − 1. A larger model keeps its weights in a file apart. */
export const MAX_PROTOBUF_BYTES = 2 ** 31 - 1

/** The longest name, operator or path; exporters write at most a few hundred characters. */
export const MAX_STRING_BYTES = 64 * 1024

/** Nodes, initializers, attributes, inputs … of all graphs together: a 70B model has about 20,000. */
export const MAX_ENTRIES = 1_000_000

/** Graphs inside graphs (If, Loop, Scan). */
export const MAX_GRAPH_DEPTH = 32

/** ONNX Runtime refuses more dimensions long before this. */
export const MAX_RANK = 64

/** Attributes such as `pads` and `perm` are decoded up to this many numbers. */
export const MAX_DECODED_NUMBERS = 128

/** Weights pass through memory in pieces of this size. */
export const CHUNK_BYTES = 4 * 1024 * 1024

/** External data starts at multiples of this, so that it can be memory-mapped; onnx does the same. */
export const EXTERNAL_ALIGNMENT = 4096

/** Smaller tensors stay in the model file, as in onnx's own converter. */
export const EXTERNAL_THRESHOLD_BYTES = 1024

/** Written weights are made safe on disk in steps of this size. */
export const COMMIT_BYTES = 32 * 1024 * 1024
