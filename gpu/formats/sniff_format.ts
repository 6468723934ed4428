import { ByteFile } from './byte_file.js'

export type FileFormat =
  | 'safetensors'
  | 'pytorch'
  | 'pytorch_legacy'
  | 'gguf'
  | 'onnx'
  | 'zip'
  | 'tar'
  | 'gzip'
  | 'ggml_old'
  | 'hdf5'
  | 'tflite'
  | 'seven_zip'
  | 'git_lfs_pointer'
  | 'html'
  | 'unknown'

const HEAD_BYTES = 512

/** What a file is by its first bytes; its extension decides only where these say nothing. */
export async function sniffFormat(path: string): Promise<FileFormat> {
  const file = await ByteFile.open(path)
  try {
    const head = await file.read(0, Math.min(file.size, HEAD_BYTES))
    return sniffBytes(Buffer.from(head.buffer), path)
  } finally {
    await file.close()
  }
}

/** @param head the first 512 bytes, or all of a shorter file */
export function sniffBytes(head: Buffer, path: string): FileFormat {
  const starts = (magic: string, at = 0) =>
    head.subarray(at, at + magic.length).equals(Buffer.from(magic, 'latin1'))
  if (starts('GGUF')) return 'gguf'
  if (/^(ggjt|ggml|ggmf|ggla|tjgg|lmgg|fmgg|algg)/.test(head.subarray(0, 4).toString('latin1'))) {
    return 'ggml_old'
  }
  if (starts('PK\x03\x04') || starts('PK\x05\x06')) {
    return isTorchZip(head) || /\.(bin|pt|pth|ckpt)$/i.test(path) ? 'pytorch' : 'zip'
  }
  if (starts('\x1f\x8b')) return 'gzip'
  if (starts('ustar', 257)) return 'tar'
  if (starts('\x89HDF\r\n')) return 'hdf5'
  if (starts('TFL3', 4)) return 'tflite'
  if (starts('7z\xbc\xaf\x27\x1c')) return 'seven_zip'
  if (starts('version https://git-lfs')) return 'git_lfs_pointer'
  if (/^\s*<(!doctype|html|\?xml)/i.test(head.toString('latin1'))) return 'html'
  // A pickle of protocol 2 or later that starts with torch's own magic number or object.
  if (head[0] === 0x80 && (head[1] ?? 99) <= 5) return 'pytorch_legacy'
  if (head.length >= 9 && head[8] === 0x7b && head.readBigUInt64LE(0) <= 100_000_000n) {
    return 'safetensors'
  }
  // ModelProto: field 1 (ir_version, a varint) comes first in every writer; field 2 in some.
  if (/\.onnx$/i.test(path) || (head[0] === 0x08 && (head[1] ?? 0) > 0 && (head[1] ?? 99) < 32)) {
    return 'onnx'
  }
  if (/\.safetensors$/i.test(path)) return 'safetensors'
  if (/\.(bin|pt|pth|ckpt)$/i.test(path)) return 'pytorch'
  if (/\.gguf$/i.test(path)) return 'gguf'
  return 'unknown'
}

/** The first entry of a file of `torch.save`. */
function isTorchZip(head: Buffer): boolean {
  if (head.length < 30) return false
  const name = head.subarray(30, 30 + head.readUInt16LE(26)).toString('latin1')
  return /^[^/]+\/(data\.pkl|byteorder|\.format_version|\.storage_alignment)$/.test(name)
}
