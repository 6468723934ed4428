/**
 * Where the llama.cpp libraries of this platform are. They come with `node-llama-cpp`, one npm
 * package per platform and way of computing, and are found the way it finds its own.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The layouts in `layouts.ts` are those of this version of `node-llama-cpp` and of no other. */
export const PACKAGE_VERSION = '3.21.1'

/** Ways of computing that a package exists for. */
export const KINDS = ['cuda', 'vulkan', 'metal', 'cpu'] as const
export type Kind = (typeof KINDS)[number]

export interface LibraryFiles {
  kind: Kind
  /** Folder with the backends that ggml loads by itself. */
  folder: string
  base: string
  ggml: string
  llama: string
  /** Other builds of the backend, tried when the first finds no device. */
  fallbackFolder: string | null
}

const PLATFORMS: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'mac',
  win32: 'win',
}

/** Package names end like the folders inside them: `linux-x64-cuda`, `mac-arm64-metal`. */
function buildName(kind: Kind): string | null {
  const platform = PLATFORMS[process.platform]
  if (!platform) return null
  const arch = process.arch === 'arm' ? 'armv7l' : process.arch
  return [platform, arch, ...(kind === 'cpu' ? [] : [kind])].join('-')
}

/** The files of one kind, or null when this platform has none or another version is installed. */
export function findLibrary(kind: Kind): LibraryFiles | null {
  const build = buildName(kind)
  const bins = build && packageBins(build)
  if (!build || !bins) return null
  const folder = join(bins, build)
  if (!existsSync(folder)) return null
  const names = readdirSync(folder)
  // e.g. libllama.cuda.v0.4.0.so, ggml.dll; not llama-addon.node and not libllama-common.so
  const file = (stem: string) =>
    names.find((name) => new RegExp(`^(lib)?${stem}(\\.[\\w.]+)?\\.(so|dylib|dll)$`).test(name))
  const [base, ggml, llama] = [file('ggml-base'), file('ggml'), file('llama')]
  if (!base || !ggml || !llama) return null
  const extension = kind === 'cuda' ? packageBins(`${build}-ext`) : null
  const fallback = extension && join(extension, build, 'fallback')
  return {
    kind,
    folder,
    base: join(folder, base),
    ggml: join(folder, ggml),
    llama: join(folder, llama),
    fallbackFolder: fallback && existsSync(fallback) ? fallback : null,
  }
}

function packageBins(build: string): string | null {
  try {
    // The platform packages belong to node-llama-cpp: resolved from there, as it does itself.
    const require = createRequire(import.meta.resolve('node-llama-cpp'))
    const root = dirname(dirname(require.resolve(`@node-llama-cpp/${build}`)))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string
    }
    return version === PACKAGE_VERSION ? join(root, 'bins') : null
  } catch {
    return null
  }
}
