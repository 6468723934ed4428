import type { HttpContext } from '@adonisjs/core/http'
import type { MultipartFile } from '@adonisjs/core/bodyparser'
import type { NextFn } from '@adonisjs/core/types/http'
import { rm } from 'node:fs/promises'

/** What the body parser wrote to the temporary folder goes when the request is over. */
export default class UploadCleanupMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    const files = Object.values(ctx.request.allFiles()).flat() as MultipartFile[]
    if (files.length > 0) {
      ctx.response.response.once('close', () => {
        for (const { tmpPath } of files) {
          // A file that was moved elsewhere is no longer there, which is fine.
          if (tmpPath) void rm(tmpPath, { force: true }).catch(() => {})
        }
      })
    }
    return next()
  }
}
