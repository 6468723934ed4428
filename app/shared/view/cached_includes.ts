import type { Edge } from 'edge.js'

type Compiler = Edge['compiler']

/**
 * Edge compiles a file that `@include` names anew at every use, even in production: only pages
 * and components are kept. This keeps included files too, by their name and the names of the
 * variables that they see, which are all that their compilation depends on.
 */
export function keepCompiledIncludes(edge: Edge): void {
  keepIncludesOf(edge.compiler)
  keepIncludesOf(edge.asyncCompiler)
}

function keepIncludesOf(compiler: Compiler): void {
  const compile = compiler.compile.bind(compiler)
  const kept = new Map<string, ReturnType<Compiler['compile']>>()
  compiler.compile = (path, variables) => {
    if (!variables) return compile(path)
    const key = [path, ...variables].join(' ')
    let compiled = kept.get(key)
    if (!compiled) kept.set(key, (compiled = compile(path, variables)))
    return compiled
  }
}
