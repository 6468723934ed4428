/** Opens the llama.cpp library that fits this box, once per thread. */
import { cpus } from 'node:os'
import { join } from 'node:path'
import { readdirSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import type { Backend } from '../protocol.js'
import { ModelError } from '../shared/errors.js'
import { checkLayouts } from './check_layouts.js'
import { bindFunctions, openLibrary, type Functions } from './functions.js'
import type { Pointer } from './layouts.js'
import { installLog } from './log.js'
import { findLibrary, PACKAGE_VERSION, type Kind, type LibraryFiles } from './packages.js'

export interface Device {
  handle: Pointer
  name: string
  description: string
  gpu: boolean
}

export interface Llama {
  native: Functions
  backend: Backend
  devices: Device[]
}

/** Values of `enum ggml_backend_dev_type` that are graphics cards, apart from main memory or in it. */
const GPU_TYPES = [1, 2]

/** Driver that must be there before a package is worth opening. */
const DRIVERS: Partial<Record<Kind, Partial<Record<NodeJS.Platform, string>>>> = {
  cuda: { linux: 'libcuda.so.1', win32: 'nvcuda.dll' },
  vulkan: { linux: 'libvulkan.so.1', win32: 'vulkan-1.dll' },
}

let opened: Llama | undefined

/**
 * The library for `GPU_BACKEND` (`auto`, `cpu`, `cuda`, `vulkan`; auto takes the first that finds a
 * device). Opening takes 30 ms on a CPU and up to some seconds with CUDA.
 *
 * @throws {ModelError} E_LLAMA_UNAVAILABLE when this platform has no library, E_LLAMA_LAYOUT when
 * the installed one is not the one that was built for.
 */
export function openLlama(): Llama {
  opened ??= open()
  return opened
}

/** What computes language models here, and why. @throws {ModelError} as `openLlama`. */
export function detectBackend(): Backend {
  return openLlama().backend
}

function open(): Llama {
  const { files, reason } = choose(process.env.GPU_BACKEND || 'auto')
  // cuBLAS would round float32 to 10 bits of mantissa, too coarse for the solvers' factorizations.
  if (files.kind === 'cuda') process.env.NVIDIA_TF32_OVERRIDE ??= '0'
  const native = load(files)
  loadBackends(native, files)
  checkLayouts(native)
  const devices = listDevices(native)
  const gpus = devices.filter((device) => device.gpu)
  const computesOn = gpus.length > 0 ? files.kind : 'cpu'
  return {
    native,
    devices,
    backend: {
      name: computesOn,
      reason:
        computesOn === files.kind
          ? reason
          : `${LABELS[files.kind]} is installed but finds no device, so the CPU computes.`,
      devices: describeDevices(native, gpus.length > 0 ? gpus : devices),
      versions: {
        'node-llama-cpp': PACKAGE_VERSION,
        'llama.cpp': native.llama_version(),
        'ggml': native.ggml_version(),
      },
    },
  }
}

const LABELS: Record<Kind, string> = {
  cuda: 'CUDA',
  vulkan: 'Vulkan',
  metal: 'Metal',
  cpu: 'the CPU',
}

function choose(wanted: string): { files: LibraryFiles; reason: string } {
  const missing: string[] = []
  for (const kind of candidates(wanted)) {
    const files = findLibrary(kind)
    if (!files) {
      missing.push(`no ${LABELS[kind]} library for ${process.platform}-${process.arch}`)
      continue
    }
    const driver = DRIVERS[kind]?.[process.platform]
    if (driver && !canOpen(driver)) {
      missing.push(`no ${LABELS[kind]} driver (${driver})`)
      continue
    }
    return { files, reason: reasonFor(kind, wanted, missing) }
  }
  throw new ModelError(
    'E_LLAMA_UNAVAILABLE',
    `Language models cannot be computed on ${process.platform}-${process.arch}: no llama.cpp library is installed for it. ONNX models work all the same. Run npm ci on the box, or move Comptoir to Linux, macOS or Windows on x64 or arm64.`,
    { params: { platform: `${process.platform}-${process.arch}` } }
  )
}

/** A wish that cannot be met falls back to the CPU, with the reason said. */
function candidates(wanted: string): Kind[] {
  if (wanted === 'cuda' || wanted === 'vulkan' || wanted === 'metal') return [wanted, 'cpu']
  if (process.platform === 'darwin' && process.arch === 'arm64') return ['metal']
  return wanted === 'cpu' ? ['cpu'] : ['cuda', 'vulkan', 'cpu']
}

function reasonFor(kind: Kind, wanted: string, missing: string[]): string {
  const why = missing.length > 0 ? ` (${missing.join('; ')})` : ''
  if (wanted === kind) return `GPU_BACKEND asks for ${LABELS[kind]}.`
  if (wanted !== 'auto') return `GPU_BACKEND asks for ${wanted}, but the CPU computes${why}.`
  if (kind === 'cpu') return `No graphics card was found, so the CPU computes${why}.`
  return `${LABELS[kind]} was found${why}.`
}

function canOpen(library: string): boolean {
  try {
    openLibrary(library)
    return true
  } catch {
    return false
  }
}

function load(files: LibraryFiles): Functions {
  try {
    // In this order: later ones need the earlier ones, which some systems look up by name only.
    const base = openLibrary(files.base)
    const ggml = openLibrary(files.ggml)
    const native = bindFunctions({ base, ggml, llama: openLibrary(files.llama) })
    // A worker's callback would outlive the worker, so its lines go to the main thread as well.
    if (isMainThread) installLog(native)
    return native
  } catch (cause) {
    throw new ModelError(
      'E_LLAMA_UNAVAILABLE',
      `The llama.cpp library of this box cannot be opened: ${(cause as Error).message}`,
      { params: { platform: `${process.platform}-${process.arch}` }, cause }
    )
  }
}

/** ggml finds the build for this processor by itself. The registry is one per process. */
function loadBackends(native: Functions, files: LibraryFiles): void {
  if (Number(native.ggml_backend_dev_count()) > 0) return
  native.ggml_backend_load_all_from_path(files.folder)
  const found = listDevices(native).some((device) => device.gpu)
  if (!found && files.fallbackFolder) {
    for (const name of readdirSync(files.fallbackFolder)) {
      if (/ggml-\w+\.(so|dll)$/.test(name)) {
        native.ggml_backend_load(join(files.fallbackFolder, name))
      }
    }
  }
  native.llama_backend_init()
}

function listDevices(native: Functions): Device[] {
  return Array.from({ length: Number(native.ggml_backend_dev_count()) }, (_, index) => {
    const handle = native.ggml_backend_dev_get(index)
    return {
      handle,
      name: native.ggml_backend_dev_name(handle),
      description: native.ggml_backend_dev_description(handle),
      gpu: GPU_TYPES.includes(native.ggml_backend_dev_type(handle)),
    }
  })
}

function describeDevices(native: Functions, devices: Device[]): Backend['devices'] {
  return devices.map((device) => {
    const { total } = deviceMemory(native, device)
    const description = device.gpu ? device.description : (cpus()[0]?.model ?? device.description)
    return { name: description.trim(), memoryBytes: total > 0 ? total : null }
  })
}

/** Memory of a device in bytes; what is free changes with every model loaded. */
export function deviceMemory(native: Functions, device: Device): { free: number; total: number } {
  const free = [0]
  const total = [0]
  native.ggml_backend_dev_memory(device.handle, free, total)
  return { free: Number(free[0]), total: Number(total[0]) }
}
